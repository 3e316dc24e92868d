import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { NearbyQuery } from "../../../src/inventory/nearby-query.ts";
import { queryOf } from "../questions.ts";

/** What a peer tells when it is ready. */
export type PeerReady = { readonly address: string };

/** Longer than any pause between two loads. */
const KEEP_ALIVE_MS = 600_000;

/**
 * Answers questions over HTTP with the JSON that `answer` gives, on any free port, until the process that started this
 * one ends. Nothing but Node's own server: no framework, no authentication, no limits.
 */
export async function serve(answer: (query: NearbyQuery, nowMs: number) => Promise<string>): Promise<void> {
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    answer(queryOf(url), Date.now()).then(
      (json) => {
        const body = Buffer.from(json);
        response
          .writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length })
          .end(body);
      },
      (error: unknown) => {
        console.error(error);
        response.writeHead(500, { "Content-Length": 0 }).end();
      },
    );
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  process.on("disconnect", () => process.exit());
  const ready: PeerReady = { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  process.send?.(ready);
}
