import { watch } from "node:fs";
import { join } from "node:path";
import { buildWorker } from "./service/build-worker.ts";
import { ROOT } from "./service/paths.ts";
import { miniflareOptions } from "./service/run-worker.ts";
import { type Service, startService } from "./service/service.ts";
import { describeStartError } from "./service/start-error.ts";
import { endProcess, endWhenToldTo } from "./service/until-stopped.ts";
import { describeWelcome } from "./service/welcome.ts";

/** An editor writes a file in several steps. */
const SETTLE_MS = 100;

const stack = new AsyncDisposableStack();
endWhenToldTo(stack);
try {
  const service = await startService(stack, process.env);
  console.log(await describeWelcome(service));
  reloadOnChange(service);
  console.log("Watching src for changes.");
} catch (error) {
  if (!stack.disposed) {
    console.error(describeStartError(error));
    await endProcess(stack, 1);
  }
}

function reloadOnChange(service: Service): void {
  let pending: NodeJS.Timeout | undefined;
  let reloading = Promise.resolve();
  const watcher = watch(join(ROOT, "src"), { recursive: true }, () => {
    clearTimeout(pending);
    pending = setTimeout(() => {
      reloading = reloading.then(() => reload(service));
    }, SETTLE_MS);
  });
  stack.defer(() => watcher.close());
}

/** Puts the Worker that src now holds in place of the running one, which stays when the new one is no good. */
async function reload({ miniflare, setup }: Service): Promise<void> {
  const startedMs = performance.now();
  try {
    await miniflare.setOptions(miniflareOptions({ ...setup, worker: await buildWorker() }));
    console.log(`Reloaded (${Math.round(performance.now() - startedMs)} ms).`);
  } catch (error) {
    console.error(describeStartError(error));
  }
}
