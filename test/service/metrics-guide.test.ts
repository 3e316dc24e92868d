import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { ROOT } from "../../scripts/service/paths.ts";
import "../support/context.ts";
import { makeApiKey, makeItem, makeLocation, makePartner, makeStock } from "../support/factories.ts";
import { dense, follow, patternOf, stepsOf } from "../support/guide.ts";

const STEPS = stepsOf(await readFile(join(ROOT, "docs/guides/metrics.md"), "utf8"));
const READERS_ADDRESS = "http://127.0.0.1:8787";
const READERS_KEY = "snap_test_…";
const lacking = ["bash", "curl", "npm"].filter((tool) => spawnSync(tool, ["--version"]).error !== undefined);

describe.skipIf(lacking.length > 0)("docs/guides/metrics.md, followed line by line", () => {
  let printed: readonly string[];
  beforeAll(async () => {
    const partner = await makePartner();
    const shop = await makeLocation(partner, { lat: 6.53, lng: 3.39 });
    await makeStock(shop, await makeItem(partner));
    const { key } = await makeApiKey(partner, ["metrics:read"]);
    for (const theirs of [READERS_ADDRESS, READERS_KEY]) expect(STEPS[0]?.commands).toContain(theirs);
    printed = await follow(STEPS, { [READERS_ADDRESS]: inject("serviceAddress"), [READERS_KEY]: key });
  });

  it.each(STEPS.map((step, i) => ({ ...step, i, begins: step.commands.split("\n").at(-2) })))(
    "line $line: $begins",
    ({ answer, i }) => {
      expect(dense(printed[i] ?? "")).toMatch(patternOf(answer));
    },
  );
});
