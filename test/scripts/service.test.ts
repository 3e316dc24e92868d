import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockDataFolder } from "../../scripts/service/data-folder.ts";
import { ROOT } from "../../scripts/service/paths.ts";
import { HOST, readPort, requireFreePort } from "../../scripts/service/ports.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "service-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program of its own process and returns the first line it prints. */
async function startProgram(source: string): Promise<{ child: ChildProcess; line: string }> {
  const file = join(folder, "program.ts");
  writeFileSync(file, source);
  const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await Promise.race([once(createInterface(child.stdout), "line"), once(child, "exit")]);
  return { child, line: String(line) };
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

describe("the port", () => {
  it("is 8787 unless PORT says otherwise", () => {
    expect([undefined, "", "1", "65535"].map(readPort)).toEqual([8787, 8787, 1, 65535]);
  });

  it.each(["0", "65536", "-1", "80.5", "8e3", "0x50", "http", " 80"])("cannot be %j", (text) => {
    expect(() => readPort(text)).toThrow("PORT must be a number from 1 to 65535");
  });

  it("is refused in one line that says what to do while something listens on it", async () => {
    const server = createServer().listen(0, HOST);
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    await expect(requireFreePort(port)).rejects.toThrow(
      /^Port \d+ is already in use\. .*PORT=\d+ npm start$/,
    );
    server.close();
    await once(server, "close");
    await requireFreePort(port);
  });
});

describe("the data folder", () => {
  it("belongs to one service at a time", async () => {
    const data = join(folder, "new", "data");
    {
      await using _lock = await lockDataFolder(data);
      await expect(lockDataFolder(data)).rejects.toThrow(`${data} is in use`);
    }
    await using _again = await lockDataFolder(data);
  });

  it("is free again when its service was killed", async () => {
    const { child, line } = await startProgram(`
      import { lockDataFolder } from ${JSON.stringify(join(ROOT, "scripts/service/data-folder.ts"))};
      await lockDataFolder(${JSON.stringify(folder)});
      console.log("locked");
      setInterval(() => {}, 1000);`);
    expect(line).toBe("locked");
    await expect(lockDataFolder(folder)).rejects.toThrow("in use");
    await kill(child);
    await using _lock = await lockDataFolder(folder);
  });
});

describe("workerd", () => {
  it("ends with the process that started it, also when that is killed", async () => {
    writeFileSync(join(folder, "worker.js"), "export default { fetch: () => new Response('here') };");
    const { child, line } = await startProgram(`
      import { runWorker } from ${JSON.stringify(join(ROOT, "scripts/service/run-worker.ts"))};
      const worker = { script: ${JSON.stringify(join(folder, "worker.js"))}, options: { compatibilityDate: "2026-11-01" } };
      const miniflare = await runWorker({ worker, port: 0, variables: {} });
      console.log((await miniflare.ready).href);`);
    expect(await (await fetch(line)).text()).toBe("here");
    await kill(child);
    await expect.poll(() => fetch(line).then(String, () => "gone"), { timeout: 10_000 }).toBe("gone");
  });
});
