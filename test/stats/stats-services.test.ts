import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countsOf } from "../../src/stats/series.ts";
import { type StatsServices, startStatsServices } from "./stats-services.ts";

const SERVICES = [0, 1, 2];

let folder: string;
let services: StatsServices;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "stats-"));
  services = await startStatsServices(folder);
});
afterAll(async () => {
  await services.stop();
  rmSync(folder, { recursive: true });
});

/** What the object has summed of a path, once every service has brought its share. */
async function summed(path: string): Promise<number | undefined> {
  for (const i of SERVICES) await services.totals(i);
  const { counts } = await services.totals(0);
  return countsOf("requests", counts).find(({ labels }) => labels.route === path)?.count;
}

describe("three Worker services with one stats object", () => {
  it("sum all their requests, through evictions of the object", async () => {
    const asked = Array.from({ length: 600 }, (_, i) => services.ask(i, "/storm"));
    await Promise.race(asked);
    await services.evict();
    await Promise.all(asked);
    await services.totals(0);
    await services.evict();
    expect(await summed("/storm")).toBe(600);
  });

  it("find what was summed again after a restart, and go on", async () => {
    await services.ask(0, "/kept");
    expect(await summed("/kept")).toBe(1);
    const { sinceMs } = await services.totals(1);
    await services.stop();
    services = await startStatsServices(folder);
    for (const i of SERVICES) await services.ask(i, "/kept");
    expect(await summed("/kept")).toBe(4);
    expect(await services.totals(1)).toMatchObject({ sinceMs });
  });

  it("count a delta once that is told twice, and keep a row for each isolate and one for all sums", async () => {
    await services.ask(0, "/twice");
    await services.evict();
    await services.ask(1, "/twice");
    expect((await services.totals(2)).counts).toMatchObject({ twice: 1 });
    expect(await services.rows("SELECT only_row FROM sums")).toEqual([{ only_row: 1 }]);
    expect((await services.rows("SELECT isolate FROM isolates")).length).toBeLessThanOrEqual(7);
  });
});
