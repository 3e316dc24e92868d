import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { mintDevToken } from "../../scripts/dev-secrets.ts";
import { parseWireId } from "../../src/ids.ts";
import { makeItem, makeLocation, makePartner, makeStock } from "../support/factories.ts";
import { claimRegion, type Region } from "../support/regions.ts";
import { type PartnersApp, startPartnersApp } from "./partners-app.ts";

const KEYS = "/partners/me/connect/keys";
/** How long a Worker may believe what it has looked up. */
const BELIEVED_MS = 5000;

let region: Region;
/** Two Workers on one database, both of which have seen the key. */
let workers: readonly [PartnersApp, PartnersApp];
let operator: string;
let buyer: string;

beforeAll(async () => {
  const localNeon = inject("localNeon");
  region = await claimRegion("partners within five seconds");
  workers = [await startPartnersApp(localNeon), await startPartnersApp(localNeon)];
  workers[1].nowMs = workers[0].nowMs;
  operator = await mintDevToken("operator");
  buyer = await mintDevToken("buyer");
});
afterAll(() => Promise.all(workers.flatMap(({ behind }) => behind)));

/** A partner with one item in stock and two keys, known to both Workers. */
async function openShop() {
  const [app] = workers;
  const { partnerId, token } = await app.approvedPartner("Corner shop");
  const partner = { ...(await makePartner()), partnerId: parseWireId("ptr", partnerId) ?? "" };
  await makeStock(await makeLocation(partner, region.at(50, 0)), await makeItem(partner));
  const create = () => app.ask("POST", KEYS, { token, body: { label: "till", scopes: ["inventory:read"] } });
  const keys = [(await create()).json, (await create()).json] as { key: string; key_id: string }[];
  for (const { key } of keys) expect(await statuses(key)).toEqual([200, 200]);
  return { partnerId, token, first: keys[0]!, second: keys[1]! };
}

const nearby = (app: PartnersApp, token: string) =>
  app.ask("GET", `/inventory/nearby?lat=${region.lat}&lng=${region.lng}&limit=100`, { token });
const statuses = (key: string) => Promise.all(workers.map(async (app) => (await nearby(app, key)).status));
/** In how many answers the partner occurs. */
async function shownBy(partnerId: string): Promise<number> {
  const answers = await Promise.all(workers.map((app) => nearby(app, buyer)));
  return answers.filter(({ text }) => text.includes(partnerId)).length;
}
function letPass(ms: number): void {
  for (const app of workers) app.nowMs += ms;
}

describe("within five seconds, in every Worker", () => {
  it("a revoked key stops working, and no other", async () => {
    const { token, first, second } = await openShop();
    await workers[1].ask("DELETE", `${KEYS}/${first.key_id}`, { token });
    letPass(BELIEVED_MS + 1);
    expect(await statuses(first.key)).toEqual([401, 401]);
    expect(await statuses(second.key)).toEqual([200, 200]);
  });

  it("a rotated key stops working once its overlap is over", async () => {
    const { token, first } = await openShop();
    const rotate = { token, body: { overlap_s: 60 } };
    const { json } = await workers[1].ask("POST", `${KEYS}/${first.key_id}/rotate`, rotate);
    letPass(59_000);
    expect(await statuses(first.key)).toEqual([200, 200]);
    letPass(1000);
    expect(await statuses(first.key)).toEqual([401, 401]);
    expect(await statuses(String(json["key"]))).toEqual([200, 200]);
  });

  it("a suspended partner leaves nearby and its keys stop working, until it is approved again", async () => {
    const { partnerId, first } = await openShop();
    expect(await shownBy(partnerId)).toBe(2);
    for (const [verb, shown, status] of [
      ["suspend", 0, 401],
      ["approve", 2, 200],
    ] as const) {
      await workers[1].ask("POST", `/admin/partners/${partnerId}/${verb}`, { token: operator });
      letPass(BELIEVED_MS + 1);
      expect(await shownBy(partnerId)).toBe(shown);
      expect(await statuses(first.key)).toEqual([status, status]);
    }
  });
});
