import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Scope } from "../../../src/auth/principal.ts";
import { wireId } from "../../../src/ids.ts";
import {
  makeApiKey,
  makeItem,
  makeLocation,
  makePartner,
  makeProof,
  makeStock,
} from "../../support/factories.ts";
import { startTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { bearer, type MetricsApp, query, startMetricsApp } from "./metrics-app.ts";

type Partner = Awaited<ReturnType<typeof makePartner>>;
type Problem = {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly parameter: string; readonly code: string; readonly detail: string }[];
};

let db: TestDatabase;
let app: MetricsApp;
let ours: Partner;
let theirs: Partner;
beforeAll(async () => {
  db = await startTestDatabase();
  app = await startMetricsApp(db.localNeon);
  ours = await stocked("our");
  theirs = await stocked("their");
});
afterAll(() => db.stop());

/** A partner with a proven row, whose every name begins with `whose`; both call their shop and item the same. */
async function stocked(whose: string): Promise<Partner> {
  const partner = await makePartner({ name: `${whose} shops` });
  const shop = await makeLocation(partner, {
    lat: 6.5,
    lng: 3.4,
    locationRef: "yaba",
    name: `${whose} Yaba`,
  });
  const item = await makeItem(partner, {
    title: `${whose} bread`,
    externalRef: "SKU",
    category: `${whose} bakery`,
  });
  const proof = await makeProof(shop, item, { mediaUrl: `https://${whose}.example/1.jpg` });
  await makeStock(shop, item, { availability: "low_stock", quantity: 1, proofId: proof.proofId });
  return partner;
}

const keyOf = async (partner: Partner, scopes: readonly Scope[] = ["metrics:read"]) => ({
  "X-SnapAct-API-Key": (await makeApiKey(partner, scopes)).key,
});
const idOf = ({ partnerId }: Partner) => query({ partner_id: wireId("ptr", partnerId) });

async function problem(response: Response | Promise<Response>): Promise<Problem & { status: number }> {
  const { status, headers } = await response;
  expect(headers.get("Content-Type")).toBe("application/problem+json");
  return { ...((await (await response).json()) as Problem), status };
}

describe("a partner's metrics", () => {
  it.each(["", "?location_ref=yaba", "?category=our+bakery", "?format=prometheus"])(
    "show nothing of another's: %s",
    async (asked) => {
      for (const headers of [await keyOf(ours), await bearer("partner", ours.partnerId)]) {
        const response = await app.ask(asked, headers);
        const text = await response.text();
        expect(response.status).toBe(200);
        expect(text).not.toContain("their");
        expect(text).not.toContain(wireId("ptr", theirs.partnerId));
        expect(text).toContain("yaba");
      }
    },
  );

  it("are asked for by keys with the scope, and by the partner, with or without its own id", async () => {
    for (const headers of [await keyOf(ours), await bearer("partner", ours.partnerId)]) {
      for (const asked of ["", idOf(ours)]) {
        const response = await app.ask(asked, headers);
        expect(await response.json()).toMatchObject({
          partner_id: wireId("ptr", ours.partnerId),
          items: { total: 1 },
        });
      }
      expect(await problem(app.ask(idOf(theirs), headers))).toMatchObject({ status: 403, code: "forbidden" });
    }
  });

  it("are asked for by operators, who say whose", async () => {
    const operator = await bearer("operator");
    for (const partner of [ours, theirs]) {
      const metrics = await (await app.ask(idOf(partner), operator)).json();
      expect(metrics).toMatchObject({ partner_id: wireId("ptr", partner.partnerId), items: { total: 1 } });
    }
    expect(await problem(app.ask("", operator))).toMatchObject({
      status: 400,
      errors: [{ parameter: "partner_id", code: "missing" }],
    });
    const nobody = query({ partner_id: "ptr_01k9w2kt6fe1r8y3q5d7h9j2wa" });
    expect(await problem(app.ask(nobody, operator))).toMatchObject({ status: 404, code: "not_found" });
  });

  it("are nobody else's business", async () => {
    const others = [
      await bearer("buyer"),
      await bearer("marketplace"),
      await keyOf(ours, ["inventory:read"]),
    ];
    for (const headers of others) {
      const refusal = await problem(app.ask(idOf(ours), headers));
      expect(refusal).toMatchObject({ status: 403, code: "forbidden" });
      expect(refusal.detail).toContain("metrics:read");
    }
    expect(await problem(app.ask(""))).toMatchObject({ status: 401 });
  });
});

describe("a question that cannot be answered", () => {
  it.each([
    ["?window=1y", "window", "24h, 7d, 30d"],
    ["?format=xml", "format", "json, prometheus"],
    ["?location_ref=", "location_ref", "1 to 128 characters"],
    ["?category=", "category", "1 to 200 characters"],
    ["?category=a%00b", "category", "NUL"],
    ["?partner_id=shop", "partner_id", "ptr_"],
    ["?window=7d&window=7d", "window", "more than once"],
    ["?categry=grocery", "categry", "category"],
  ])("names what is wrong with it: %s", async (asked, parameter, said) => {
    const refusal = await problem(app.ask(asked, await bearer("partner", ours.partnerId)));
    expect(refusal).toMatchObject({ status: 400, code: "invalid_parameter", errors: [{ parameter }] });
    expect(refusal.errors?.[0]?.detail).toContain(said);
  });

  it("names the location that there is not, until there is one", async () => {
    const asked = query({ location_ref: 'Ọjà "2"' });
    const headers = await bearer("partner", ours.partnerId);
    const refusal = await problem(app.ask(asked, headers));
    expect(refusal).toMatchObject({ status: 404, code: "not_found" });
    expect(refusal.detail).toContain('Ọjà \\"2\\"');
    await makeLocation(ours, { lat: 6.5, lng: 3.4, locationRef: 'Ọjà "2"' });
    expect(await app.metrics(ours.partnerId, asked)).toMatchObject({ items: { total: 0 } });
  });
});
