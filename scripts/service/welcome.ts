import { demoApiKey, mintDevToken } from "../dev-secrets.ts";
import { demoPartnerId, demoPoint } from "../seed/seed.ts";
import { hasDemo } from "./demo.ts";
import type { Service } from "./service.ts";

const QUESTION = `/inventory/nearby?lat=${demoPoint.lat}&lng=${demoPoint.lng}&radius_m=3000&product=bread&limit=3`;

/** What a newcomer needs: the address, something to identify with, and a question to paste. */
export async function describeWelcome({ address, database }: Service): Promise<string> {
  const credentials: [name: string, value: string][] = [
    ["buyer token", await mintDevToken("buyer")],
    ["operator token", await mintDevToken("operator")],
  ];
  if (await hasDemo(database)) {
    credentials.unshift(["demo API key", demoApiKey()]);
    credentials.push(["partner token", await mintDevToken("partner", demoPartnerId)]);
  }
  return [
    "",
    `SnapAct Connect is ready at ${address} (what it answers: ${address}/docs)`,
    "",
    ...credentials.map(([name, value]) => `  ${name.padEnd(16)}${value}`),
    "",
    "Where is bread near Yaba, Lagos? Paste this:",
    "",
    `curl -s '${address}${QUESTION}' -H 'Authorization: Bearer ${credentials[0]?.[1]}'`,
    "",
    "Ctrl-C stops it; what it knows is kept in .data.",
  ].join("\n");
}
