import { fork } from "node:child_process";
import { once } from "node:events";
import { StartError } from "../../scripts/service/start-error.ts";

/** A process that runs a module of ours, which tells what it has to tell once it is ready. */
export type Child<Ready> = AsyncDisposable & {
  readonly ready: Ready;
  readonly pid: number;
  /** Sends a message and returns the next that comes back: one at a time. */
  ask(message: object): Promise<unknown>;
};

/**
 * Starts a module in a process of its own; it is to end when its channel is closed.
 * @throws {StartError} when it ends before it is ready; it has said why.
 */
export async function startChild<Ready>(module: URL, args: readonly string[] = []): Promise<Child<Ready>> {
  // A group of its own: Ctrl-C is for us, and we end it.
  const child = fork(module, args, { detached: true, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const name = module.pathname.slice(module.pathname.lastIndexOf("/") + 1);
  const nextMessage = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const ended = (): void => reject(new StartError(`${name} ended, for the reason above.`));
      child.once("exit", ended);
      child.once("message", (message) => {
        child.off("exit", ended);
        resolve(message);
      });
    });
  const ready = (await nextMessage()) as Ready;
  if (child.pid === undefined) throw new Error("a process that runs has an id");
  return {
    ready,
    pid: child.pid,
    ask: async (message) => {
      const answer = nextMessage();
      child.send(message);
      return await answer;
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
