import { afterAll, beforeAll, expect, it } from "vitest";
import { claimDeliveries, nextDueMs } from "../../src/webhooks/claim-queries.ts";
import { fanOut } from "../../src/webhooks/fan-out-queries.ts";
import { commitEvents, type DeliveryWorld, newEndpoint, pass, startDeliveryWorld } from "./delivery-world.ts";

let world: DeliveryWorld;
beforeAll(async () => {
  world = await startDeliveryWorld();
});
afterAll(() => world.stop());

type Plan = {
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly Plan[];
};

/** The most rows that any step of the plan looked at. */
function mostRows(plan: Plan): number {
  const own = (plan["Actual Rows"] + (plan["Rows Removed by Filter"] ?? 0)) * plan["Actual Loops"];
  return Math.max(own, ...(plan.Plans ?? []).map(mostRows));
}

it("however much waits for an endpoint, its sender looks at no more than the front of the queue", async () => {
  const { localNeon } = world.db;
  const endpoint = await newEndpoint(world);
  for (let i = 0; i < 40; i++) {
    await commitEvents(world, endpoint.partnerId, { count: 500 });
    await fanOut(world.db.database, Date.now());
    pass(1);
  }
  await localNeon.exec("analyze");
  const looked: number[] = [];
  const explain = async (text: string, values: readonly unknown[] = []) => {
    const [row] = await localNeon.query(
      `explain (analyze, format json) ${text}`,
      values.map((value) => String(value)),
    );
    const [{ Plan }] = JSON.parse(String(Object.values(row ?? {})[0])) as [{ Plan: Plan }];
    looked.push(mostRows(Plan));
    return [];
  };
  await claimDeliveries({ write: explain }, endpoint.endpointId, Date.now());
  await nextDueMs({ queryRows: explain }, endpoint.endpointId);
  expect(looked).toHaveLength(2);
  expect(Math.max(...looked)).toBeLessThanOrEqual(1000);
});
