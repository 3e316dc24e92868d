import { describe, expect, inject, it } from "vitest";
import type { AdminMetrics } from "../../src/stats/metrics.ts";
import { readExposition } from "../support/exposition.ts";
import { askService } from "../support/service.ts";
import { personToken } from "../support/tokens.ts";

const ROUTE = "/partners/me/audit";

async function metrics(headers: Record<string, string> = {}): Promise<Response> {
  const token = await personToken("operator");
  return await askService("/admin/metrics", { headers: { Authorization: `Bearer ${token}`, ...headers } });
}

/** How many requests without credentials there were, by this suite alone. */
async function counted(): Promise<number> {
  const { counters } = (await (await metrics()).json()) as AdminMetrics;
  return counters?.requests.find(({ route, status }) => route === ROUTE && status === 401)?.count ?? 0;
}

describe("the built Worker", () => {
  it("counts its requests in its stats object, and tells operators", async () => {
    expect(inject("serviceAddress")).toMatch(/^http/);
    const before = await counted();
    for (let i = 0; i < 5; i++) expect((await askService(ROUTE)).status).toBe(401);
    expect(await counted()).toBe(before + 5);
  });

  it("tells Prometheus too", async () => {
    await askService(ROUTE);
    const { samples } = readExposition(await (await metrics({ Accept: "text/plain" })).text());
    const sample = samples.find(
      ({ name, labels }) =>
        name === "snapact_http_requests_total" && labels["route"] === ROUTE && labels["code"] === "401",
    );
    expect(sample?.value).toBeGreaterThan(0);
  });
});
