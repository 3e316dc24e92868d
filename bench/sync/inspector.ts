import type { ServiceReady } from "./service-process.ts";

/** A look into the Worker's isolate. */
export type Inspector = {
  /** Its JavaScript heap and what its buffers hold, in MB of 1,000,000 bytes, garbage included. */
  readonly heapMb: () => Promise<number>;
  /** What its buffers hold, which are no part of JavaScript's heap. */
  readonly buffersMb: () => Promise<number>;
  readonly collectGarbage: () => Promise<void>;
} & Disposable;

type HeapUsage = { readonly usedSize: number; readonly backingStorageSize: number };
type Target = { readonly id: string; readonly webSocketDebuggerUrl: string };
type Reply = { readonly id: number; readonly result?: unknown; readonly error?: unknown };

/** Asks the Worker's isolate by the Chrome DevTools protocol. */
export async function openInspector({ address, inspectorAddress }: ServiceReady): Promise<Inspector> {
  const targets = (await (await fetch(`${inspectorAddress}/json`)).json()) as Target[];
  const target = targets.find(({ id }) => id.startsWith("core:user:"));
  if (target === undefined) throw new Error("workerd shows no isolate of the Worker");
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error("the inspector does not answer")));
  });
  const asked = new Map<number, (reply: Reply) => void>();
  socket.addEventListener("message", ({ data }) => {
    const reply = JSON.parse(String(data)) as Reply;
    asked.get(reply.id)?.(reply);
    asked.delete(reply.id);
  });
  socket.addEventListener("close", () => {
    for (const [id, reply] of asked) reply({ id, error: "the Worker has gone" });
    asked.clear();
  });
  let lastId = 0;
  const ask = async (method: string): Promise<unknown> => {
    if (socket.readyState !== WebSocket.OPEN) throw new Error("the Worker has gone");
    const id = ++lastId;
    const replied = new Promise<Reply>((resolve) => asked.set(id, resolve));
    socket.send(JSON.stringify({ id, method }));
    const { result, error } = await replied;
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  };
  const usage = async (): Promise<HeapUsage> => (await ask("Runtime.getHeapUsage")) as HeapUsage;
  return {
    heapMb: async () => {
      const { usedSize, backingStorageSize } = await usage();
      return (usedSize + backingStorageSize) / 1e6;
    },
    buffersMb: async () => (await usage()).backingStorageSize / 1e6,
    collectGarbage: async () => {
      let collected = false;
      const collecting = ask("HeapProfiler.collectGarbage").then(() => {
        collected = true;
      });
      // workerd does it when the isolate next has something to do.
      while (!collected) await fetch(`${address}/healthz`);
      await collecting;
    },
    [Symbol.dispose]: () => socket.close(),
  };
}
