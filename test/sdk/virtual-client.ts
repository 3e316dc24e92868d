import { Client } from "../../src/sdk/client.ts";
import { readOptions, type SnapActConnectOptions } from "../../src/sdk/options.ts";

export const KEY = "snap_test_secret";

/** A client that waits for nothing, and remembers for how long it would have waited. */
export type VirtualClient = { readonly client: Client; readonly waitedMs: number[] };

/** `chance` is what every draw gives. */
export function virtualClient(options: Partial<SnapActConnectOptions>, chance = 0.5): VirtualClient {
  const waitedMs: number[] = [];
  const client = new Client(readOptions({ apiKey: KEY, ...options }), {
    sleep: async (ms) => {
      waitedMs.push(ms);
    },
    nowMs: () => Date.parse("2026-11-22T10:00:00Z"),
    chance: () => chance,
  });
  return { client, waitedMs };
}
