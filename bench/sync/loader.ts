import { Agent, request } from "node:http";

export type Sending = {
  readonly method: "POST" | "PATCH" | "GET";
  readonly path: string;
  readonly body: Buffer;
  readonly idempotencyKey?: string | undefined;
};

export type Answer = { readonly status: number; readonly body: string; readonly tookMs: number };

/** Who sends, and where to. */
export type Sender = { readonly address: string; readonly apiKey: string };

/**
 * Sends all of it, `concurrency` at a time, on connections that are kept; the answers are in the same order. Rejects at
 * the first 5xx.
 */
export async function sendAll(
  sender: Sender,
  sendings: readonly Sending[],
  concurrency: number,
): Promise<Answer[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const answers: Answer[] = [];
  const waiting = sendings.entries();
  const sendInTurn = async (): Promise<void> => {
    for (const [index, sending] of waiting) answers[index] = await send(sender, sending, agent);
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, sendInTurn));
  } finally {
    agent.destroy();
  }
  return answers;
}

function send({ address, apiKey }: Sender, sending: Sending, agent: Agent): Promise<Answer> {
  const startedMs = performance.now();
  const headers = {
    Authorization: `Bearer ${apiKey}`,
    "Content-Type": "application/json",
    "Content-Length": sending.body.length,
    ...(sending.idempotencyKey === undefined ? {} : { "Idempotency-Key": sending.idempotencyKey }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(address + sending.path, { method: sending.method, agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const tookMs = performance.now() - startedMs;
        const body = Buffer.concat(chunks).toString();
        const status = response.statusCode ?? 0;
        const retryAfterS = response.headers["retry-after"];
        // What a good client does; without it eight bodies of 4 MB at once are too many.
        if (status === 503 && retryAfterS !== undefined) {
          setTimeout(
            () => send({ address, apiKey }, sending, agent).then(resolve, reject),
            1000 * Number(retryAfterS),
          );
        } else if (status < 500) resolve({ status, body, tookMs });
        else reject(new Error(`${sending.method} ${sending.path} was answered ${status}: ${body}`));
      });
    });
    sent.on("error", reject);
    sent.end(sending.body);
  });
}
