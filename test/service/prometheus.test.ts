import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { ROOT } from "../../scripts/service/paths.ts";
import "../support/context.ts";
import {
  makeApiKey,
  makeItem,
  makeLocation,
  makePartner,
  makeProof,
  makeStock,
} from "../support/factories.ts";
import { type PrometheusServer, startPrometheus } from "../support/prometheus-server.ts";
import { hasPrometheus, promtool } from "../support/prometheus-tools.ts";
import { personToken } from "../support/tokens.ts";

const HOUR_MS = 3_600_000;
/** A scrape and its sum, on a machine that does other things too. */
const WITHIN = { timeout: 60_000, interval: 100 };
const HOSTILE_CATEGORY = 'rice "ofada"\n5\\kg';

let folder: string;
let prometheus: PrometheusServer;

/** Two shops: five items, of which one is stale, one has a proof, and one is out of stock. */
async function makeShops(): Promise<{ readonly key: string }> {
  const partner = await makePartner();
  const busy = await makeLocation(partner, { lat: 6.51, lng: 3.37, locationRef: "busy" });
  const quiet = await makeLocation(partner, { lat: 6.52, lng: 3.38, locationRef: "quiet" });
  const items = await Promise.all([
    makeItem(partner, { category: HOSTILE_CATEGORY }),
    ...Array.from({ length: 4 }, () => makeItem(partner, { category: "grocery" })),
  ]);
  const [proven, plain, sold, other, old] = items;
  const { proofId } = await makeProof(busy, proven!);
  await makeStock(busy, proven!, { proofId, verificationMethod: "shelf_snap" });
  await makeStock(busy, plain!);
  await makeStock(busy, sold!, { quantity: 0, availability: "out_of_stock" });
  await makeStock(busy, other!);
  await makeStock(quiet, old!, { verifiedAt: new Date(Date.now() - 72 * HOUR_MS) });
  return await makeApiKey(partner, ["metrics:read"]);
}

/** docs/prometheus as its reader sets it up, but for the address and the pace. */
async function configure(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), "prometheus-"));
  await cp(join(ROOT, "docs/prometheus"), folder, { recursive: true });
  const config = await readFile(join(folder, "prometheus.yml"), "utf8");
  const { host } = new URL(inject("serviceAddress"));
  await writeFile(
    join(folder, "prometheus.yml"),
    config
      .replaceAll("127.0.0.1:8787", host)
      .replace("scrape_interval: 60s", "scrape_interval: 10s")
      .replace("evaluation_interval: 60s", "evaluation_interval: 1s"),
  );
  await writeFile(join(folder, "snapact-key.txt"), (await makeShops()).key);
  await writeFile(join(folder, "snapact-operator-token.txt"), await personToken("operator"));
}

/** The values that `expression` comes to have, by `label`. */
async function expectValues(expression: string, label: string, values: Readonly<Record<string, number>>) {
  const current = async () => {
    const results = await prometheus.query(expression);
    return Object.fromEntries(results.map(({ metric, value }) => [metric[label] ?? "", value]));
  };
  await expect.poll(current, WITHIN).toEqual(values);
}

describe.skipIf(!hasPrometheus)(
  "Debian's Prometheus, configured as docs/prometheus has it",
  { timeout: 120_000 },
  () => {
    beforeAll(async () => {
      await configure();
      promtool(["check", "config", join(folder, "prometheus.yml")]);
      prometheus = await startPrometheus(folder);
    });
    afterAll(async () => {
      await prometheus?.[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    });

    it("scrapes the started service, as partner and as operator", async () => {
      await expectValues("up", "job", { "snapact-inventory": 1, "snapact-service": 1 });
      const { activeTargets } = (await prometheus.api("targets")) as {
        activeTargets: { lastError: string }[];
      };
      expect(activeTargets.map(({ lastError }) => lastError)).toEqual(["", ""]);
    });

    it("answers how many items there are, how true they are, and where", async () => {
      await expectValues("snapact_inventory_items > 0", "availability", { in_stock: 4, out_of_stock: 1 });
      await expectValues("snapact_inventory_items_by_freshness", "freshness", {
        fresh: 4,
        aging: 0,
        stale: 1,
      });
      await expectValues("snapact_inventory_proof_coverage_ratio", "partner", { demo: 0.2 });
      await expectValues("snapact_inventory_alert_items", "alert", { low_stock: 0, out_of_stock: 1 });
      await expectValues("sum by (category) (snapact_inventory_category_items)", "category", {
        grocery: 4,
        [HOSTILE_CATEGORY]: 1,
      });
      const quietForS = "time() - snapact_inventory_location_last_verified_timestamp_seconds > 3600";
      await expectValues(`count by (location_ref) (${quietForS})`, "location_ref", { quiet: 1 });
    });

    it("answers an operator's question about the service", async () => {
      const scraped = 'snapact_http_requests_total{route="/inventory/metrics", status="2xx"} > bool 0';
      await expectValues(scraped, "job", { "snapact-service": 1 });
    });

    it("knows what the figures are", async () => {
      const metadata = (await prometheus.api("metadata?metric=snapact_inventory_items")) as Record<
        string,
        unknown
      >;
      expect(metadata["snapact_inventory_items"]).toMatchObject([
        { type: "gauge", help: expect.stringMatching(/\w/) },
      ]);
    });

    it("has the alert for the quiet location waiting for its quarter of an hour", async () => {
      const waiting = 'ALERTS{alertname="SnapActLocationQuiet", alertstate="pending"}';
      await expectValues(waiting, "location_ref", { quiet: 1 });
    });
  },
);
