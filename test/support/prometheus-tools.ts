import { spawnSync } from "node:child_process";

/** Debian's package `prometheus` has both. `npm test` asks for nothing but Node and npm. */
export const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;
export const hasPrometheus = hasPromtool && spawnSync("prometheus", ["--version"]).status === 0;

if (!hasPrometheus) {
  console.warn(
    "Not tested, for Prometheus is not installed (apt-get install prometheus): what its tools say.",
  );
}

/** All that promtool says, when it finds nothing wrong. @throws Error with that, when it does. */
export function promtool(args: readonly string[], input = ""): string {
  const { status, stdout, stderr } = spawnSync("promtool", args, { input, encoding: "utf8" });
  const said = `${stdout}${stderr}`;
  if (status !== 0) throw new Error(`promtool ${args.join(" ")}: ${said}`);
  return said;
}
