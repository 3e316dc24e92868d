const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const PARENT_POLL_MS = 1000;

/**
 * Disposes of what the stack holds and ends the process, once, at the first signal to stop or when the parent is
 * gone: npm killed without a chance to tell must not leave a service behind.
 */
export function endWhenToldTo(stack: AsyncDisposableStack): void {
  const end = (): void => {
    if (!stack.disposed) void endProcess(stack, 0);
  };
  for (const signal of SIGNALS) process.on(signal, end);
  const parent = process.ppid;
  const poll = setInterval(() => {
    if (process.ppid !== parent) end();
  }, PARENT_POLL_MS);
  poll.unref();
}

/** Disposes of what the stack holds, whatever fails in doing so, and ends the process. */
export async function endProcess(stack: AsyncDisposableStack, exitCode: number): Promise<never> {
  try {
    await stack.disposeAsync();
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
  process.exit(exitCode);
}
