import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { serve } from "@hono/node-server";
import { expect, it } from "vitest";
import { buildSdk } from "../../scripts/sdk/build-sdk.ts";
import { ROOT } from "../../scripts/service/paths.ts";
import { createKey } from "../support/api-keys.ts";
import { dense, patternOf } from "../support/guide.ts";
import { SCOPES, startSdkWorld } from "./sdk-world.ts";

const run = promisify(execFile);
const GUIDE = readFileSync(join(ROOT, "docs", "guides", "sdk.md"), "utf8");
const BLOCKS = [...GUIDE.matchAll(/^```(js|text)\n(.*?)^```$/gms)];
const textOf = (language: string) =>
  BLOCKS.filter(([, written]) => written === language)
    .map(([, , text]) => text)
    .join("\n");

it("the guide's program runs as printed, and prints what the guide says", async () => {
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "sdk-guide-"));
  stack.defer(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "node_modules", "@snapact"), { recursive: true });
  await buildSdk(join(folder, "node_modules", "@snapact", "connect-sdk"));
  const world = stack.use(await startSdkWorld());
  const { key } = await createKey(world.db.localNeon, { scopes: SCOPES });
  const port = await new Promise<number>((resolve) => {
    const answer = async (request: Request) => {
      // Time passes between requests.
      world.app.nowMs = Math.max(world.app.nowMs + 1, Date.now());
      return await world.app.request(request);
    };
    const server = serve({ fetch: answer, port: 0, hostname: "127.0.0.1" }, (address: AddressInfo) =>
      resolve(address.port),
    );
    stack.defer(() => void server.close());
  });

  const program = join(folder, "program.mjs");
  writeFileSync(program, textOf("js"));
  const env = { SNAPACT_CONNECT_URL: `http://127.0.0.1:${port}`, SNAPACT_CONNECT_API_KEY: key };
  const { stdout } = await run(process.execPath, [program], { env: { ...process.env, ...env } });
  expect(dense(stdout)).toMatch(patternOf(textOf("text")));
});
