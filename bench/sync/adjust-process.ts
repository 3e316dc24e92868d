import { type Sender, sendAll } from "./loader.ts";

/** What this process is told to send, all of it at once. */
export type AdjustOrder = Sender & {
  readonly path: string;
  readonly sendings: readonly { readonly items: readonly object[]; readonly key: string }[];
};

process.on("message", async ({ path, sendings, ...sender }: AdjustOrder) => {
  const requests = sendings.map(({ items, key }) => ({
    method: "PATCH" as const,
    path,
    body: Buffer.from(JSON.stringify({ items })),
    idempotencyKey: key,
  }));
  process.send?.(await sendAll(sender, requests, requests.length));
});
process.send?.("ready");
