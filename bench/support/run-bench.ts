import { describeStartError } from "../../scripts/service/start-error.ts";

/** As a shell reports a process that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;

/** Runs a benchmark and then disposes of what it put on the stack, also when it fails or is interrupted. */
export async function runBench(bench: (stack: AsyncDisposableStack) => Promise<void>): Promise<void> {
  const stack = new AsyncDisposableStack();
  let interrupted = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, async () => {
      console.error("Interrupted.");
      interrupted = true;
      await stack.disposeAsync();
      process.exit(EXIT_INTERRUPTED);
    });
  }
  try {
    await bench(stack);
  } catch (error) {
    // What was running fails as well, when its server goes.
    if (!interrupted) console.error(describeStartError(error));
    process.exitCode = 1;
  } finally {
    await stack.disposeAsync();
  }
}
