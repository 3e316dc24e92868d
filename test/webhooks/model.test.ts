import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  HOOK,
  type Shop,
  startWebhooksWorld,
  type Told,
  uuidOf,
  WEBHOOKS,
  type WebhooksWorld,
} from "./webhooks-app.ts";

let world: WebhooksWorld;
beforeAll(async () => {
  world = await startWebhooksWorld();
});
afterAll(() => world.db.stop());

/** A webhook as the wire shows it, without what the clock decides. */
type Model = {
  webhook_id: string;
  url: string;
  description: string | null;
  events: string[];
  status: "active" | "paused" | "disabled";
  disabled_reason: "gone" | "failing" | null;
  disabled_at: string | null;
  failing_since: string | null;
  created_at: string;
  updated_at: string;
  /** Epoch milliseconds. */
  overlapEndMs: number;
};

type Change = { url?: string; events?: string[]; description?: string | null; status?: "active" | "paused" };
type Step =
  | { readonly kind: "create"; readonly body: { url: string; events: string[]; description?: string | null } }
  | { readonly kind: "change"; readonly change: Change }
  | { readonly kind: "rotate"; readonly overlap_s: number | undefined }
  | { readonly kind: "fail"; readonly reason: "gone" | "failing" | null }
  | { readonly kind: "delete" }
  | { readonly kind: "pass"; readonly seconds: number };

const url = fc.constantFrom(
  HOOK.url,
  "https://a.shop.com/",
  "https://b.shop.com/?x=1",
  "http://127.0.0.1:9/",
);
const events = fc.uniqueArray(
  fc.constantFrom("*", "order.paid", "commerce.*", "commerce.sale", "commerce.Sale", "catalog.item.deleted"),
  {
    minLength: 1,
  },
);
const description = fc.option(fc.constantFrom("Till", "Ọjà 🏪"));
const change: fc.Arbitrary<Change> = fc
  .record({ url, events, description, status: fc.constantFrom("active", "paused") }, { requiredKeys: [] })
  .filter((members) => Object.keys(members).length > 0);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc
      .record({ url, events, description }, { requiredKeys: ["url", "events"] })
      .map((body) => ({ kind: "create" as const, body })),
  },
  { weight: 6, arbitrary: change.map((members) => ({ kind: "change" as const, change: members })) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(undefined, 0, 1, 60, 604_800)
      .map((overlap_s) => ({ kind: "rotate" as const, overlap_s })),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom("gone" as const, "failing" as const, null)
      .map((reason) => ({ kind: "fail" as const, reason })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "delete" as const }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(1, 59, 3600).map((seconds) => ({ kind: "pass" as const, seconds })),
  },
);

const iso = (epochMs: number) => new Date(epochMs).toISOString();

/** What the webhook is like after `members` were asked for at `nowMs`. */
function changed(model: Model, members: Change, nowMs: number): Model {
  const next = { ...model, ...members };
  if (JSON.stringify(next) === JSON.stringify(model)) return model;
  if (members.status !== undefined) Object.assign(next, { disabled_reason: null, disabled_at: null });
  if (next.url !== model.url || (next.status === "active" && model.status !== "active"))
    next.failing_since = null;
  return { ...next, updated_at: iso(nowMs) };
}

function shown({ overlapEndMs, ...model }: Model, nowMs: number): object {
  return { ...model, previous_secret_until: overlapEndMs > nowMs ? iso(overlapEndMs) : null };
}

/** Does the step to the service and to `models`, and compares the answer. */
async function run(shop: Shop, models: Model[], which: number, step: Step): Promise<void> {
  const { app } = world;
  const ask = (method: string, path: string, body?: object): Promise<Told> =>
    world.ask(method, `${WEBHOOKS}${path}`, { token: shop.token, ...(body && { body }) });
  if (step.kind === "pass") {
    app.nowMs += step.seconds * 1000;
    return;
  }
  if (step.kind === "create") {
    const { status, json } = await ask("POST", "", step.body);
    expect(status).toBe(models.length < 10 ? 201 : 409);
    if (status !== 201) return;
    models.unshift({
      webhook_id: json.webhook_id,
      description: null,
      ...step.body,
      status: "active",
      disabled_reason: null,
      disabled_at: null,
      failing_since: null,
      created_at: iso(app.nowMs),
      updated_at: iso(app.nowMs),
      overlapEndMs: 0,
    });
    expect({ ...json, secret: "" }).toEqual({ ...shown(models[0]!, app.nowMs), secret: "" });
    return;
  }
  const index = which % Math.max(1, models.length);
  const model = models[index];
  if (model === undefined) return;
  const path = `/${model.webhook_id}`;
  if (step.kind === "delete") {
    models.splice(index, 1);
    expect((await ask("DELETE", path)).json).toEqual({ webhook_id: model.webhook_id, status: "deleted" });
  } else if (step.kind === "change") {
    const next = changed(model, step.change, app.nowMs);
    models[index] = next;
    expect((await ask("PATCH", path, step.change)).json).toEqual(shown(next, app.nowMs));
  } else if (step.kind === "rotate") {
    const next = {
      ...model,
      overlapEndMs: app.nowMs + 1000 * (step.overlap_s ?? 86_400),
      updated_at: iso(app.nowMs),
    };
    models[index] = next;
    const body = step.overlap_s === undefined ? undefined : { overlap_s: step.overlap_s };
    const { secret, ...webhook } = (await ask("POST", `${path}/rotate`, body)).json;
    expect([webhook, secret]).toEqual([shown(next, app.nowMs), expect.stringMatching(/^whsec_/)]);
  } else {
    // As a sender records it.
    const at = iso(app.nowMs);
    const disabled =
      step.reason === null
        ? {}
        : { status: "disabled" as const, disabled_reason: step.reason, disabled_at: at };
    const next = { ...model, failing_since: at, ...disabled };
    models[index] = next;
    await world.query(
      "UPDATE webhook_endpoints SET status = $2, disabled_reason = $3, disabled_at = $4, failing_since = $5 WHERE endpoint_id = $1",
      [uuidOf(model.webhook_id), next.status, next.disabled_reason, next.disabled_at, next.failing_since],
    );
  }
}

describe("a partner's webhooks, whatever it does with them", () => {
  it("are what an obvious model of them is", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(20), step), { minLength: 1, maxLength: 25 }),
        async (steps) => {
          const shop = await world.app.approvedPartner("Modelled");
          const models: Model[] = [];
          for (const [which, each] of steps) {
            // Ids of one moment stand in no order.
            world.app.nowMs += 1;
            await run(shop, models, which, each);
          }
          const { json } = await world.ask("GET", WEBHOOKS, { token: shop.token });
          expect(json.items).toEqual(models.map((model) => shown(model, world.app.nowMs)));
        },
      ),
      { seed: 20_261_122, numRuns: 60 },
    );
  });
});
