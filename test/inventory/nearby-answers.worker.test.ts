import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { makeApiKey, makePartner } from "../support/factories.ts";
import { modelAnswer, nearbyPath, type Question } from "../support/nearby-model.ts";
import { claimRegion } from "../support/regions.ts";
import { askWorker } from "../support/worker.ts";
import { questionsTo, SORTS } from "./nearby-questions.ts";
import { storeWorld, type World } from "./nearby-world.ts";

type Body = {
  readonly items: readonly object[];
  readonly next_cursor: string | null;
  readonly as_of: string;
  readonly excluded?: Readonly<Record<string, number>>;
  readonly nearest_outside?: { readonly distance_m: number; readonly count: number } | null;
};

let world: World;
let headers: Record<string, string>;

beforeAll(async () => {
  const region = await claimRegion("nearby answers");
  world = await storeWorld([region, { lat: 12.3, lng: 180 }, { lat: 90, lng: 0 }, { lat: -90, lng: 0 }], {
    locationsEach: 80,
    seed: 2,
  });
  headers = { "X-SnapAct-API-Key": (await makeApiKey(await makePartner())).key };
});

async function ask(question: Question, cursor?: string): Promise<Body> {
  const path = nearbyPath(question, cursor);
  const response = await askWorker(path, { headers });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path} → ${response.status} ${text}`);
  return JSON.parse(text);
}

const millis = (body: Body): number => Date.parse(body.as_of);

describe("a nearby answer", () => {
  it("is what the contract says, row for row and number for number, whatever is asked", {
    timeout: 120_000,
  }, async () => {
    const met = { withRows: 0, rows: 0, nothing: 0, outside: 0, excluded: {} as Record<string, number> };
    await fc.assert(
      fc.asyncProperty(
        questionsTo(world),
        fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
        async (asked, limit) => {
          const question = { ...asked, limit };
          const body = await ask(question);
          const model = modelAnswer(world, question, millis(body));
          const size = limit ?? 20;
          const more = model.items.length > size;
          expect(body).toEqual({
            items: model.items.slice(0, size),
            next_cursor: more ? expect.stringMatching(/^[\w-]{1,2048}$/) : null,
            query: model.query,
            as_of: new Date(millis(body)).toISOString(),
            ...(question.explain && { excluded: model.excluded, nearest_outside: model.nearest_outside }),
          });
          met.withRows += body.items.length > 0 ? 1 : 0;
          met.rows += body.items.length;
          met.nothing += body.items.length === 0 ? 1 : 0;
          met.outside += body.nearest_outside ? 1 : 0;
          for (const [reason, count] of Object.entries(body.excluded ?? {})) {
            met.excluded[reason] = (met.excluded[reason] ?? 0) + count;
          }
        },
      ),
      { numRuns: 1500, seed: 20261121 },
    );
    expect(met.withRows).toBeGreaterThan(700);
    expect(met.nothing).toBeGreaterThan(200);
    expect(met.outside).toBeGreaterThan(10);
    expect(Object.values(met.excluded).every((count) => count > 50)).toBe(true);
    expect(Object.keys(met.excluded)).toHaveLength(7);
  });
});

describe("the pages of an answer", () => {
  it.each(SORTS)(
    "put together are the whole of it in the order of %s: no row twice, none lost",
    { timeout: 60_000 },
    async (sort) => {
      let pages = 0;
      await fc.assert(
        fc.asyncProperty(questionsTo(world), fc.integer({ min: 1, max: 8 }), async (asked, parts) => {
          const total = modelAnswer(world, asked, Date.now()).items.length;
          const limit = Math.min(100, Math.max(1, Math.ceil(total / parts)));
          const question = { ...asked, sort, limit };
          let cursor: string | null | undefined;
          let startedAtMs: number | undefined;
          for (let from = 0; cursor !== null; from += limit) {
            const body = await ask(question, cursor);
            startedAtMs ??= millis(body);
            const { items } = modelAnswer(world, question, startedAtMs, millis(body));
            expect(body.items).toEqual(items.slice(from, from + limit));
            expect(body.next_cursor === null).toBe(from + limit >= items.length);
            cursor = body.next_cursor;
            pages++;
          }
        }),
        { numRuns: 25, seed: 3 },
      );
      expect(pages).toBeGreaterThan(60);
    },
  );

  it("may be of one row, where everything ties: same place, same price, same moment", {
    timeout: 60_000,
  }, async () => {
    const [centre] = world.centres;
    for (const sort of SORTS) {
      const question: Question = {
        lat: Number(centre!.lat.toFixed(6)),
        lng: Number(centre!.lng.toFixed(6)),
        radius_m: 1,
        availability: ["low_stock", "on_request"],
        max_age_s: 604_800,
        sort,
        limit: 1,
      };
      const seen: object[] = [];
      let cursor: string | null | undefined;
      let startedAtMs: number | undefined;
      while (cursor !== null) {
        const body = await ask(question, cursor);
        startedAtMs ??= millis(body);
        const { items } = modelAnswer(world, question, startedAtMs, millis(body));
        expect(body.items).toEqual([items[seen.length]]);
        seen.push(...body.items);
        cursor = body.next_cursor;
      }
      expect(seen.length).toBeGreaterThan(15);
      expect(seen).toHaveLength(modelAnswer(world, question, startedAtMs!).items.length);
    }
  });
});
