import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { StartError } from "../../scripts/service/start-error.ts";
import { childrenOf } from "./processes.ts";
import type { ServiceReady } from "./service-process.ts";

/** A running Worker and what is needed to measure it. */
export type Service = ServiceReady & {
  /** Of the process that holds the endpoint in front of PostgreSQL. */
  readonly endpointPid: number;
  readonly workerdPid: number;
};

/** What is allowed to the JavaScript heap of a Worker, in MiB; one that needs more dies, and nobody hears it. */
export type HeapLimit = { readonly heapMib: number };

/** Starts the built Worker on a database, in processes of its own. @throws {StartError} */
export async function startService(
  databaseUrl: string,
  limit?: HeapLimit,
): Promise<Service & AsyncDisposable> {
  const output = limit === undefined ? "inherit" : "ignore";
  const child = fork(new URL("./service-process.ts", import.meta.url), [databaseUrl], {
    // A group of its own: Ctrl-C is for us, and we end it.
    detached: true,
    stdio: ["ignore", output, output, "ipc"],
    env: {
      ...process.env,
      ...(limit && { MINIFLARE_WORKERD_V8_FLAGS: `--max-heap-size=${limit.heapMib}` }),
    },
  });
  const ready = await firstMessage(child);
  const [workerdPid] = childrenOf(child.pid ?? 0, "workerd");
  if (child.pid === undefined || workerdPid === undefined) throw new Error("a Worker runs in a workerd");
  return {
    ...ready,
    endpointPid: child.pid,
    workerdPid,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}

async function firstMessage(child: ChildProcess): Promise<ServiceReady> {
  return await new Promise((resolve, reject) => {
    child.once("message", (message) => resolve(message as ServiceReady));
    child.once("exit", () => reject(new StartError("The Worker does not start, for the reason above.")));
  });
}
