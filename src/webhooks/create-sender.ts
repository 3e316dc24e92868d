import type { Config } from "../config.ts";
import type { Database } from "../db/client.ts";
import { loggableError } from "../db/errors.ts";
import type { Log } from "../http/router.ts";
import { LEASE_MS } from "./claim-queries.ts";
import { deliverToEndpoint } from "./deliver-to-endpoint.ts";
import { createSecretBox } from "./secret-box.ts";

type SenderDeps = {
  readonly config: Pick<Config, "encryptionKey" | "environment" | "ownZones">;
  readonly database: Pick<Database, "queryRows" | "write">;
  readonly log: Log;
  readonly now: () => number;
};

/**
 * What sends an endpoint (a UUID) what is due, over the network, and returns when there is more to do, epoch milliseconds;
 * undefined: never. When that fails it is logged, and done again once nobody holds what was claimed.
 */
export function createSender({
  config,
  database,
  log,
  now,
}: SenderDeps): (endpointId: string) => Promise<number | undefined> {
  const context = {
    database,
    secretBox: createSecretBox(config.encryptionKey),
    urlRules: config,
    fetch,
    now,
    timeout: (ms: number) => AbortSignal.timeout(ms),
    random: Math.random,
  };
  return async (endpointId) => {
    try {
      return await deliverToEndpoint(context, endpointId);
    } catch (error) {
      log({ level: "error", code: "webhooks_not_delivered", ...loggableError(error) });
      return now() + LEASE_MS;
    }
  };
}
