import { once } from "node:events";
import { connect, type Socket } from "node:net";

export type Load = {
  /** Where the services answer; connections are spread over them evenly. */
  readonly addresses: readonly string[];
  readonly path: string;
  readonly key: string;
  /** Connections, with one request at a time on each. */
  readonly concurrency: number;
} & ({ readonly forMs: number } | { readonly requests: number });

export type LoadResult = {
  readonly statuses: Readonly<Record<number, number>>;
  /** Answers of any kind. */
  readonly perSecond: number;
};

/**
 * Sends requests for so long, or so many, each as soon as the one before it on its connection is answered. It reads as
 * little of the answers as it can: Node's own client takes more time than the service.
 */
export async function runLoad(load: Load): Promise<LoadResult> {
  const sockets = await Promise.all(
    Array.from({ length: load.concurrency }, (_, i) => open(load.addresses[i % load.addresses.length] ?? "")),
  );
  const question = `GET ${load.path} HTTP/1.1\r\nHost: service.example\r\nX-SnapAct-API-Key: ${load.key}\r\n\r\n`;
  const statuses: Record<number, number> = {};
  let sent = 0;
  const startedMs = performance.now();
  const isOver = (): boolean =>
    "forMs" in load ? performance.now() - startedMs >= load.forMs : sent >= load.requests;
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve, reject) => {
          let answer = "";
          const next = (): void => {
            if (isOver()) {
              resolve();
            } else {
              sent++;
              answer = "";
              socket.write(question);
            }
          };
          socket.on("error", reject);
          socket.on("close", () => reject(new Error("the service closed a connection")));
          socket.on("data", (data: string) => {
            answer += data;
            if (!isWhole(answer)) return;
            const status = Number(answer.slice("HTTP/1.1 ".length, "HTTP/1.1 200".length));
            statuses[status] = (statuses[status] ?? 0) + 1;
            next();
          });
          next();
        }),
    ),
  );
  const seconds = (performance.now() - startedMs) / 1000;
  for (const socket of sockets) socket.removeAllListeners().destroy();
  const answers = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  return { statuses, perSecond: answers / seconds };
}

async function open(address: string): Promise<Socket> {
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  socket.setEncoding("latin1");
  await once(socket, "connect");
  return socket;
}

/** Whether the text is an answer to its last byte. */
function isWhole(answer: string): boolean {
  const headEnd = answer.indexOf("\r\n\r\n");
  if (headEnd < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1];
  if (length === undefined) return answer.endsWith("\r\n0\r\n\r\n");
  return answer.length >= headEnd + 4 + Number(length);
}
