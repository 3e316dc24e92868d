import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import Stripe from "stripe";

/** A request as it came. */
export type Received = {
  readonly path: string;
  readonly id: string;
  readonly type: string;
  /** Byte for byte. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
};

type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
};

/**
 * `hang`: no answer, ever. `stall`: an answer that stops in the middle. `drop`: the connection is cut. `endless`: an answer
 * whose body never ends.
 */
export type Reaction = Answer | "hang" | "stall" | "drop" | "endless";

/** A partner's system, made of public libraries: it verifies what comes by both schemes of signature. */
export type Receiver = AsyncDisposable & {
  /** Without a slash at the end. */
  readonly address: string;
  /** All that came, in the order in which it came. */
  readonly received: Received[];
  /** How many requests are being answered. */
  underWay: number;
  /** Requests that came with a signature that one of the libraries does not accept. */
  forged: number;
  /** Of each path, with which secret deliveries to it are signed. */
  readonly secrets: Map<string, string>;
  /** What is done with a request, once it is verified; 204 to begin with. */
  react: (request: Received) => Reaction | Promise<Reaction>;
};

const stripe = new Stripe("sk_test_none");
const NO_TOLERANCE = undefined;

export async function startReceiver(): Promise<Receiver> {
  const server = createServer(
    (request, response) => void serve(request, response).catch(() => response.destroy()),
  );
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    receiver.underWay++;
    response.on("close", () => receiver.underWay--);
    const received = await read(request);
    if (!isGenuine(received, receiver.secrets.get(received.path))) receiver.forged++;
    receiver.received.push(received);
    answer(response, await receiver.react(received));
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    address: `http://127.0.0.1:${port}`,
    received: [],
    underWay: 0,
    forged: 0,
    secrets: new Map(),
    react: () => ({ status: 204 }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return receiver;
}

async function read(request: IncomingMessage): Promise<Received> {
  const headers = request.headers as Record<string, string>;
  return {
    path: request.url ?? "",
    id: headers["webhook-id"] ?? "",
    type: headers["x-snapact-event-type"] ?? "",
    body: await text(request),
    headers,
  };
}

/** Both libraries throw when the signature or the time is not right. */
function isGenuine({ body, headers }: Received, secret: string | undefined): boolean {
  if (secret === undefined) return false;
  try {
    new Webhook(secret).verify(body, headers);
    const stripeHeader = `t=${headers["x-snapact-timestamp"]},${headers["x-snapact-signature"]}`;
    stripe.webhooks.constructEvent(body, stripeHeader, secret, NO_TOLERANCE);
    return headers["x-snapact-event-id"] === headers["webhook-id"];
  } catch {
    return false;
  }
}

function answer(response: ServerResponse, reaction: Reaction): void {
  if (reaction === "hang") return;
  if (reaction === "stall") {
    response.writeHead(200).write("so far");
  } else if (reaction === "drop") {
    response.destroy();
  } else if (reaction === "endless") {
    const more = (): void => {
      if (!response.destroyed) response.write("x".repeat(65_536), more);
    };
    response.writeHead(200);
    more();
  } else {
    response.writeHead(reaction.status, { ...reaction.headers }).end(reaction.body);
  }
}
