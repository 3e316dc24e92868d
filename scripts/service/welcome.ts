import { createHash } from "node:crypto";
import { wireId } from "../../src/ids.ts";
import { demoApiKey, mintDevToken } from "../dev-secrets.ts";
import type { LocalNeon } from "../local-neon/local-neon.ts";
import type { Service } from "./service.ts";

/** Victoria Island, in the middle of the demo town. */
const DEMO_QUESTION = "/inventory/nearby?lat=6.4281&lng=3.4219&radius_m=3000&product=bread&limit=3";

/** What a newcomer needs: the address, something to identify with, and a question to paste. */
export async function describeWelcome({ address, database }: Service): Promise<string> {
  const partnerId = await demoPartnerId(database);
  const credentials: [name: string, value: string][] = [
    ["buyer token", await mintDevToken("buyer")],
    ["operator token", await mintDevToken("operator")],
  ];
  if (partnerId !== undefined) {
    credentials.unshift(["demo API key", demoApiKey()]);
    credentials.push(["partner token", await mintDevToken("partner", wireId("ptr", partnerId))]);
  }
  const authorization = `Authorization: Bearer ${credentials[0]?.[1]}`;
  return [
    "",
    `SnapAct Connect is ready at ${address} (what it answers: ${address}/docs)`,
    "",
    ...credentials.map(([name, value]) => `  ${name.padEnd(16)}${value}`),
    "",
    "Where is bread near Victoria Island, Lagos? Paste this:",
    "",
    `curl -s '${address}${DEMO_QUESTION}' -H '${authorization}'`,
    "",
    "Ctrl-C stops it; what it knows is kept in .data.",
  ].join("\n");
}

/** The partner whose key the demo key is; undefined without the demo town. A UUID. */
async function demoPartnerId(database: LocalNeon): Promise<string | undefined> {
  const sha256 = createHash("sha256").update(demoApiKey()).digest("hex");
  const rows = await database.query("SELECT partner_id FROM api_keys WHERE sha256 = decode($1, 'hex')", [
    sha256,
  ]);
  return rows[0]?.["partner_id"] ?? undefined;
}
