import { fileURLToPath } from "node:url";
import { buildWorker } from "../../scripts/service/build-worker.ts";
import { startBuiltService } from "../../scripts/service/built-service.ts";
import { moduleAt } from "../../scripts/service/run-worker.ts";
import { endProcess, endWhenToldTo } from "../../scripts/service/until-stopped.ts";
import { childrenOf } from "../sync/processes.ts";

/** What this process tells the one that started it when it is ready. */
export type HostReady = {
  readonly address: string;
  readonly floorAddress: string;
  readonly apiKey: string;
  readonly workerdPid: number;
};

/** As `npm run serve:built`, with the floor beside the built Worker in the same workerd. */
const [databaseUrl] = process.argv.slice(2);
const stack = new AsyncDisposableStack();
endWhenToldTo(stack);
process.on("disconnect", () => void endProcess(stack, 0));
const { compatibilityDate, compatibilityFlags } = (await buildWorker()).options;
const floor = {
  name: "floor",
  ...(compatibilityDate && { compatibilityDate }),
  ...(compatibilityFlags && { compatibilityFlags }),
  ...moduleAt(fileURLToPath(new URL("./floor-worker.mjs", import.meta.url))),
};
const env = { ...process.env, PORT: "0", DATABASE_URL: databaseUrl, DEMO_SEED: "0", RATE_LIMITS: "on" };
const { address, apiKey, miniflare } = await startBuiltService(stack, env, [floor]);
const { origin: floorAddress } = await miniflare.unsafeGetDirectURL(floor.name);
const [workerdPid] = childrenOf(process.pid, "workerd");
if (workerdPid === undefined) throw new Error("a Worker runs in a workerd");
const ready: HostReady = { address, floorAddress, apiKey, workerdPid };
process.send?.(ready);
