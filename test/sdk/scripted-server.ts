import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it arrived. */
export type Arrived = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

type Answer = (response: ServerResponse, arrived: Arrived) => void;

/** A server on a port of its own that answers as told, one answer for each request; the last one for all that follow. */
export type ScriptedServer = AsyncDisposable & {
  readonly url: string;
  readonly arrived: Arrived[];
  script(...answers: Answer[]): void;
};

export async function startScriptedServer(): Promise<ScriptedServer> {
  const arrived: Arrived[] = [];
  let answers: Answer[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const seen = { method, url, headers, body: Buffer.concat(parts).toString() };
      arrived.push(seen);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      answer?.(response, seen);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    arrived,
    script(...next) {
      answers = next;
      arrived.length = 0;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { "Content-Type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

/** Answers as the service does when it cannot. */
export function problem(status: number, code: string, headers: Record<string, string> = {}): Answer {
  const title = `It is ${code}`;
  const body = { type: `/docs#problem-${code}`, title, status, detail: `${title}.`, instance: "req-1", code };
  return json(status, body, {
    "Content-Type": "application/problem+json",
    "X-Request-Id": "req-1",
    ...headers,
  });
}

/** Closes the connection instead of answering. */
export const hangUp: Answer = (response) => response.destroy();

/** Never answers. */
export const hang: Answer = () => undefined;

/** Begins an answer, and closes the connection amid it. */
export const breakOff: Answer = (response) => {
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "1000" });
  response.write('{"items":[', () => response.destroy());
};
