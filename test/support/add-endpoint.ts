import { randomBytes, randomUUID } from "node:crypto";
import { inject } from "vitest";
import { parseConfig } from "../../src/config.ts";
import { createSecretBox } from "../../src/webhooks/secret-box.ts";
import type { Receiver } from "../webhooks/receiver.ts";
import { sql } from "./database.ts";

/** An endpoint of the partner (a UUID) for all its events, on the receiver, at a path of its own. */
export async function addEndpoint(
  receiver: Receiver,
  partnerId: string,
): Promise<{ endpointId: string; path: string }> {
  const secretBox = createSecretBox(parseConfig(inject("workerVariables")).encryptionKey);
  const [endpointId, secret] = [randomUUID(), `whsec_${randomBytes(24).toString("base64")}`];
  const path = `/hooks/${endpointId}`;
  receiver.secrets.set(path, secret);
  await sql`INSERT INTO webhook_endpoints (endpoint_id, partner_id, url, events, sealed_secret)
    VALUES (${endpointId}, ${partnerId}, ${receiver.address + path}, '{*}',
      decode(${await secretBox.seal(secret, endpointId)}, 'hex'))`;
  return { endpointId, path };
}
