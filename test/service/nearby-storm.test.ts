import fc from "fast-check";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { storeWorld, type World } from "../inventory/nearby-world.ts";
import { assertConforms } from "../support/conforms.ts";
import { makeApiKey, makePartner } from "../support/factories.ts";
import { claimRegion } from "../support/regions.ts";
import { askService } from "../support/service.ts";
import { personToken } from "../support/tokens.ts";
import { type Asked, type Credentials, stormRequests } from "./nearby-storm-requests.ts";

/** STORM_REQUESTS=20000 by hand; the default keeps `npm test` short. */
const REQUESTS = Number(process.env["STORM_REQUESTS"] ?? 3000);
const IN_FLIGHT = 8;
let world: World;
let credentials: Credentials;

beforeAll(async () => {
  world = await storeWorld([await claimRegion("nearby storm")], { locationsEach: 80, seed: 40 });
  const partner = await makePartner();
  const { key } = await makeApiKey(partner, ["inventory:read"]);
  const noScope = await makeApiKey(partner, ["catalog:write"]);
  const suspended = await makeApiKey(await makePartner({ status: "suspended" }));
  const buyer = await personToken("buyer");
  credentials = {
    good: [
      { "X-SnapAct-API-Key": key },
      { Authorization: `Bearer ${key}` },
      { Authorization: `Bearer ${buyer}`, Origin: "https://app.example" },
      { Authorization: `bearer ${buyer}`, "Accept-Encoding": "identity", "Cache-Control": "no-cache" },
    ],
    bad: [
      {},
      { "X-SnapAct-API-Key": noScope.key },
      { "X-SnapAct-API-Key": suspended.key },
      { "X-SnapAct-API-Key": "" },
      { Authorization: `Bearer ${await personToken("partner", partner.partnerId)}` },
      { Authorization: `Bearer ${await personToken("operator")}` },
      { Authorization: `Bearer ${buyer}`, "X-SnapAct-API-Key": key },
      { Authorization: `Bearer ${buyer.slice(0, -3)}` },
      { Authorization: "Bearer eyJhbGciOiJub25lIn0.eyJyb2xlIjoiYnV5ZXIiLCJzdWIiOiJhIn0." },
    ],
  };
});

async function check({ method, path, headers, good }: Asked): Promise<number> {
  const response = await askService(path, { method, headers });
  const body = await response.text();
  const { status } = response;
  const asked = `${method} ${path} ${JSON.stringify(headers)}`;
  if (status >= 500) throw new Error(`${asked} → ${status} ${body}`);
  if (good && status !== 200) throw new Error(`${asked} → ${status} ${body}, though it is a good question`);
  try {
    assertConforms({ method, path, status, contentType: response.headers.get("Content-Type"), body });
  } catch (error) {
    throw new Error(`${asked}: ${error}`);
  }
  if (!response.headers.has("X-Request-Id")) throw new Error(`${asked}: no request id`);
  return status;
}

describe("a storm of good and bad requests", () => {
  it(`${REQUESTS} of them: no error of ours, no answer off the contract`, {
    timeout: 60_000 + 60 * REQUESTS,
  }, async () => {
    const all = fc.sample(stormRequests(world, credentials), { seed: 7, numRuns: REQUESTS });
    const statuses = new Map<number, number>();
    const answerAll = async (): Promise<void> => {
      for (let asked = all.pop(); asked !== undefined; asked = all.pop()) {
        const status = await check(asked);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, answerAll));
    expect(inject("serviceAddress")).toMatch(/^http:/);
    expect([...statuses.keys()].sort()).toEqual([200, 400, 401, 403, 404, 405]);
    expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(REQUESTS);
    expect(statuses.get(200)).toBeGreaterThan(REQUESTS / 3);
    expect(statuses.get(400)).toBeGreaterThan(REQUESTS / 5);
  });
});
