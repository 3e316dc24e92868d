import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { type Backend, BackendError, type StatementResult } from "./backend.ts";
import { type Fault, type FaultPlan, faultSchema } from "./faults.ts";
import {
  errorBody,
  MAX_REQUEST_BYTES,
  parseJson,
  parseSqlRequest,
  RequestError,
  resultBody,
  type SqlRequest,
} from "./protocol.ts";

/** How many requests `RequestLog.recent` remembers. */
const REMEMBERED_REQUESTS = 100;

/** The SQL requests so far: how many came in, and the SQL texts of the latest, oldest first. */
export type RequestLog = { count: number; recent: (readonly string[])[] };

type Answer = { readonly status: number; readonly body: object };
type Context = { backend: Backend; faults: FaultPlan; log: RequestLog; control: boolean };

/** The HTTP server, not yet listening, and what ends it: `stop` returns when no request is in work any more. */
export function createNeonServer(context: Context): { server: Server; stop: () => Promise<void> } {
  const inWork = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const work = serve(context, request, response).finally(() => inWork.delete(work));
    inWork.add(work);
  });
  // The driver's side decides when an idle connection ends: a server that does may cut off a request just sent.
  server.keepAliveTimeout = 0;
  const stop = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await Promise.all([closed, ...inWork]);
  };
  return { server, stop };
}

async function serve(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  try {
    if (request.url === "/sql") await serveSql(context, request, response, gone.signal);
    else if (context.control) send(response, await serveControl(context, request));
    else throw new RequestError("no such path", 404);
  } catch (error) {
    if (!gone.signal.aborted) send(response, answerError(error));
  }
}

async function serveSql(
  { backend, faults, log }: Context,
  request: IncomingMessage,
  response: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  if (request.method !== "POST") throw new RequestError("only POST is spoken here", 405);
  log.count += 1;
  if (faults.takeBlindRefusal()) {
    request.socket.destroy();
    return;
  }
  const sqlRequest = parseSqlRequest(request.headers, await readBody(request));
  const sqlTexts = sqlRequest.statements.map(({ text }) => text);
  log.recent = [...log.recent, sqlTexts].slice(-REMEMBERED_REQUESTS);
  const fault = faults.take(sqlTexts);
  if (await misbehaveBefore(fault, response, gone)) return;
  const answer = await execute(backend, sqlRequest, gone).catch(answerError);
  if (!misbehaveAfter(fault, response, answer)) send(response, answer);
}

/** True when the fault has taken care of the request, which then is not executed. */
async function misbehaveBefore(
  fault: Fault | undefined,
  response: ServerResponse,
  gone: AbortSignal,
): Promise<boolean> {
  switch (fault?.kind) {
    case "refuse":
      response.destroy();
      return true;
    case "hang":
      await untilAborted(gone);
      return true;
    case "error500":
      send(response, { status: 500, body: { message: "injected fault" } });
      return true;
    case "delay":
      await delay(fault.delayMs, undefined, { signal: gone });
      return false;
    default:
      return false;
  }
}

/** True when the fault has taken the place of the answer. */
function misbehaveAfter(fault: Fault | undefined, response: ServerResponse, answer: Answer): boolean {
  if (fault?.kind === "commit_then_drop") {
    response.destroy();
    return true;
  }
  if (fault?.kind === "truncate") {
    const body = Buffer.from(JSON.stringify(answer.body));
    response.writeHead(answer.status, headersFor(body));
    response.write(body.subarray(0, body.length >> 1), () => response.destroy());
    return true;
  }
  return false;
}

async function execute(backend: Backend, request: SqlRequest, gone: AbortSignal): Promise<Answer> {
  if (request.kind === "single") {
    return { status: 200, body: resultBody(await backend.runSingle(request.statements[0], gone)) };
  }
  const results: StatementResult[] = await backend.runBatch(request.statements, request.options, gone);
  return { status: 200, body: { results: results.map(resultBody) } };
}

async function serveControl({ faults, log }: Context, request: IncomingMessage): Promise<Answer> {
  switch (`${request.method} ${request.url}`) {
    case "POST /control/fault": {
      const fault = faultSchema.safeParse(parseJson(await readBody(request)));
      if (!fault.success) throw new RequestError(fault.error.message);
      faults.set(fault.data);
      return { status: 200, body: fault.data };
    }
    case "DELETE /control/fault":
      faults.clear();
      return { status: 200, body: {} };
    case "GET /control/requests":
      return { status: 200, body: { ...log, faulted: faults.firedCount } };
    default:
      throw new RequestError("no such path", 404);
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Not destroyed when too large: the sender is to read why.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > MAX_REQUEST_BYTES) {
      throw new RequestError(`request is too large (max is ${MAX_REQUEST_BYTES} bytes)`, 413);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function answerError(error: unknown): Answer {
  if (error instanceof BackendError) return { status: error.status, body: errorBody(error) };
  if (error instanceof RequestError) return { status: error.status, body: { message: error.message } };
  return { status: 500, body: { message: String(error) } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, headersFor(bytes)).end(bytes);
}

function headersFor(body: Buffer): Record<string, string | number> {
  return { "Content-Type": "application/json", "Content-Length": body.length };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
