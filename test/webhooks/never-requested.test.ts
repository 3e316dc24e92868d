import { afterAll, beforeAll, expect, it } from "vitest";
import {
  commitEvents,
  type DeliveryWorld,
  deliver,
  deliveriesOf,
  endpointRow,
  makeEndpoint,
  makePartner,
  startDeliveryWorld,
} from "./delivery-world.ts";
import { HOSTILE_URLS, LOOPBACK_URLS } from "./hostile-urls.ts";

let world: DeliveryWorld;
beforeAll(async () => {
  world = await startDeliveryWorld();
});
afterAll(() => world.stop());

/** Sends an event to an endpoint that stands in the database with this URL; returns the URLs that were requested. */
async function requestsTo(url: string, environment: "development" | "production") {
  const requested: string[] = [];
  const endpoint = await makeEndpoint(world, await makePartner(world), { url });
  await commitEvents(world, endpoint.partnerId);
  await deliver(world, endpoint, {
    ...world.context,
    urlRules: { environment, ownZones: ["snapact.io"] },
    fetch: async (input) => {
      requested.push(String(input));
      return new Response(null, { status: 204 });
    },
  });
  return { requested, endpoint };
}

it("nothing is requested of a hostile URL that stands in the database already", async () => {
  expect(HOSTILE_URLS.length).toBeGreaterThanOrEqual(60);
  for (const url of HOSTILE_URLS) {
    for (const environment of ["development", "production"] as const) {
      const { requested, endpoint } = await requestsTo(url, environment);
      expect(requested, url).toEqual([]);
      expect(await deliveriesOf(world, endpoint), url).toMatchObject([
        { status: "pending", attempts: "0", failures: "1", error: "url_refused", response_code: null },
      ]);
    }
  }
});

it("nothing is requested of one's own machine in production", async () => {
  for (const url of LOOPBACK_URLS) {
    expect((await requestsTo(url, "production")).requested, url).toEqual([]);
    expect((await requestsTo(url, "development")).requested, url).toEqual([url]);
  }
});

it("an endpoint that is refused counts as failing, and is sent to once its URL is another", async () => {
  const { endpoint } = await requestsTo("https://169.254.169.254/", "production");
  expect((await endpointRow(world, endpoint))?.["failing_since"]).not.toBeNull();
  await world.db.localNeon.query("update webhook_endpoints set url = $2 where endpoint_id = $1", [
    endpoint.endpointId,
    world.receiver.address + endpoint.path,
  ]);
  await world.db.localNeon.query(
    "update webhook_deliveries set next_attempt_at = $2 where endpoint_id = $1",
    [endpoint.endpointId, new Date().toISOString()],
  );
  await deliver(world, endpoint);
  expect(await deliveriesOf(world, endpoint)).toMatchObject([{ status: "delivered", attempts: "1" }]);
  expect(await endpointRow(world, endpoint)).toMatchObject({ failing_since: null });
});
