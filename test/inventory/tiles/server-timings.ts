/** What a `Server-Timing` header says of an answer. */
export type Timing = {
  readonly path: "hot" | "cold";
  /** Why it was cold. */
  readonly reason: string | undefined;
  readonly ms: number;
  /** Of a hot answer. */
  readonly tiles: number | undefined;
  /** Of a hot answer: how old its oldest tile was. */
  readonly ageMs: number | undefined;
  /** Of a cold answer. */
  readonly databaseMs: number | undefined;
  readonly heldBytes: number;
};

/** name[;dur=number][;desc="text"], as RFC 8941 and Server Timing would have it. */
const METRIC = /^(?<name>\w+)(;dur=(?<dur>\d+(\.\d+)?))?(;desc="(?<desc>[^"\\]*)")?$/;

/** @throws when the header is not as the contract of nearby has it. */
export function timingOf(response: Response): Timing {
  const header = response.headers.get("Server-Timing");
  const metrics = (header ?? "").split(", ").map((text) => {
    const groups = METRIC.exec(text)?.groups;
    if (groups === undefined) throw new Error(`Server-Timing: ${header}`);
    return groups as { name: string; dur?: string; desc?: string };
  });
  const names = metrics.map(({ name }) => name).join();
  if (names !== "hot,tiles,age,held" && names !== "cold,db,held") throw new Error(`Server-Timing: ${header}`);
  const metric = (name: string) => metrics.find((one) => one.name === name);
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  return {
    path: metrics[0]?.name as "hot" | "cold",
    reason: metric("cold")?.desc,
    ms: Number(metrics[0]?.dur),
    tiles: number(metric("tiles")?.desc),
    ageMs: number(metric("age")?.dur),
    databaseMs: number(metric("db")?.dur),
    heldBytes: Number(metric("held")?.desc),
  };
}
