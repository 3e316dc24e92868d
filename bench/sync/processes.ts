import { readdirSync, readFileSync } from "node:fs";

/** In which Linux counts a process's time, whatever the machine. */
const TICKS_PER_S = 100;

/** CPU seconds of a process, user and system, of all its threads and of those of its children that have ended. */
export function cpuSecondsOf(pid: number): number {
  const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = statOf(pid).slice(11, 15).map(Number);
  return (user + system + childrenUser + childrenSystem) / TICKS_PER_S;
}

/** The same with all its living children. */
export function cpuSecondsWithChildren(pid: number): number {
  // Children first: one that ends in between is counted twice rather than not at all.
  return (
    childrenOf(pid).reduce((sum, child) => sum + ifAlive(() => cpuSecondsOf(child), 0), 0) + cpuSecondsOf(pid)
  );
}

/** CPU seconds that this machine has worked, for whomever. */
export function machineCpuSeconds(): number {
  const [, user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0] = readFileSync(
    "/proc/stat",
    "utf8",
  )
    .slice(0, 200)
    .split(/ +/)
    .map(Number);
  return (user + nice + system + interrupts + softInterrupts) / TICKS_PER_S;
}

/** The children of a process, those of this name when one is given. */
export function childrenOf(pid: number, name?: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((child) => ifAlive(() => statOf(child)[1] === String(pid), false))
    .filter((child) => name === undefined || ifAlive(() => memoryOf(child)["Name"] === name, false));
}

function ifAlive<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** Resident memory of a process in MB: what it has now, and the most it ever had. */
export function residentMb(pid: number): { readonly now: number; readonly peak: number } {
  const status = memoryOf(pid);
  const mb = (name: string): number => (Number.parseInt(status[name] ?? "", 10) * 1024) / 1e6;
  return { now: mb("VmRSS"), peak: mb("VmHWM") };
}

/** The fields of /proc/PID/stat from the third, which is the state, on. */
function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name before it may hold anything.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function memoryOf(pid: number): Readonly<Record<string, string>> {
  const lines = readFileSync(`/proc/${pid}/status`, "utf8").split("\n");
  return Object.fromEntries(lines.map((line) => line.split(":\t") as [string, string]));
}
