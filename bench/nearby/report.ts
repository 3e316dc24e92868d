import { table } from "../support/table.ts";
import { LEAST_NEIGHBOURS } from "./areas.ts";
import type { Name } from "./field.ts";
import type { Line, StratumLine } from "./summary.ts";

export const WHAT: Readonly<Record<Name, string>> = {
  floor: "floor: a constant answer",
  hot: "ours, hot",
  mixed: "ours, 10 % cold",
  cold: "ours, cold",
  postgis: "Node + PostGIS",
  redis: "Node + Redis",
};
const ORDER: readonly Name[] = ["floor", "hot", "mixed", "cold", "postgis", "redis"];

/** The lines in the order in which they are read. */
export function inOrder(lines: readonly Line[]): Line[] {
  return ORDER.flatMap((name) => lines.filter((line) => line.name === name));
}

export function contendersTable(lines: readonly Line[]): string {
  const floor = lines.find(({ name }) => name === "floor");
  return table(
    [
      ...["", "requests/s", "of the floor", "p50 ms", "p99 ms", "CPU µs: server", "PostgreSQL", "endpoint"],
      ...["answer kB", "from tiles", "loader's share of a core", "sent late p99 ms"],
    ],
    inOrder(lines).map((line) => [
      WHAT[line.name],
      Math.round(line.perSecond).toLocaleString("en"),
      (line.perSecond / (floor?.perSecond ?? Number.NaN)).toFixed(2),
      ms(line.p50Ms),
      ms(line.p99Ms),
      line.serverUs.toFixed(0),
      line.databaseUs.toFixed(0),
      line.endpointUs.toFixed(0),
      line.kilobytes.toFixed(1),
      share(line.hitShare),
      share(line.loaderShare),
      ms(line.sentLateMs),
    ]),
  );
}

export function strataTable(lines: readonly StratumLine[], stores: Readonly<Record<string, number>>): string {
  return table(
    [
      ...["place", "stores within 5 km", "stores", "questions spread", "requests/s", "from tiles"],
      ...["from tiles p50 ms", "p99 ms", "cold p50 ms", "p99 ms"],
    ],
    lines.map(({ density, spread, perSecond, hitShare, hot, cold }) => [
      density,
      `${LEAST_NEIGHBOURS[density]} or more`,
      (stores[density] ?? 0).toLocaleString("en"),
      spread,
      Math.round(perSecond).toLocaleString("en"),
      share(hitShare),
      ms(hot.p50Ms),
      ms(hot.p99Ms),
      ms(cold.p50Ms),
      ms(cold.p99Ms),
    ]),
  );
}

/** In per cent; empty where there is nothing to show. */
export function share(part: number): string {
  return Number.isNaN(part) ? "" : `${(100 * part).toFixed(1)} %`;
}

function ms(value: number): string {
  return Number.isNaN(value) ? "" : value.toFixed(2);
}
