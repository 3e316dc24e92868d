import { cpuSecondsOf, cpuSecondsWithChildren, machineCpuSeconds } from "./processes.ts";
import type { Service } from "./service.ts";

/** CPU seconds, by whom they were used. The loader is this process; `others` are no part of the benchmark. */
export type Usage = Readonly<Record<"postgres" | "workerd" | "endpoint" | "loader" | "others", number>>;

/** Of whom there is something to measure: PostgreSQL's first process, and the Worker's when it takes part. */
export type Measured = { readonly postgresPid: number; readonly service?: Service };

/** What `action` gave, how many seconds it took, and what was used meanwhile. */
export async function measured<T>(
  processes: Measured,
  action: () => Promise<T>,
): Promise<{ readonly result: T; readonly seconds: number; readonly usage: Usage }> {
  const before = usageNow(processes);
  const startedMs = performance.now();
  const result = await action();
  const seconds = (performance.now() - startedMs) / 1000;
  const after = usageNow(processes);
  const own = {
    postgres: after.postgres - before.postgres,
    workerd: after.workerd - before.workerd,
    endpoint: after.endpoint - before.endpoint,
    loader: after.loader - before.loader,
  };
  const all = after.machine - before.machine;
  const others = Math.max(0, all - Object.values(own).reduce((sum, one) => sum + one, 0));
  const usage = { ...own, others };
  return { result, seconds, usage };
}

function usageNow({ postgresPid, service }: Measured) {
  return {
    machine: machineCpuSeconds(),
    postgres: cpuSecondsWithChildren(postgresPid),
    workerd: service === undefined ? 0 : cpuSecondsOf(service.workerdPid),
    endpoint: service === undefined ? 0 : cpuSecondsOf(service.endpointPid),
    loader: cpuSecondsOf(process.pid),
  };
}
