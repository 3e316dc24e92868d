import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type AnswerHead, readHead } from "./answers.ts";

/** A head longer than this does not come here. */
const HEAD_BYTES = 4096;
const RECEIVE_BYTES = 256 * 1024;

/** What a connection does: one request at a time, and the head of its answer when the answer is there to its end. */
export class Connection {
  readonly #socket: Socket;
  readonly #onAnswer: (head: AnswerHead, connection: Connection) => void;
  #head: AnswerHead | undefined;
  #begun = "";
  #received = 0;
  /** When the request in work was sent, or was to be sent. */
  sinceMs = 0;

  private constructor(
    address: string,
    onAnswer: (head: AnswerHead, connection: Connection) => void,
    onLost: (error: Error) => void,
  ) {
    const { hostname, port } = new URL(address);
    this.#onAnswer = onAnswer;
    this.#socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      // One buffer for good: a stream would make one for each answer.
      onread: {
        buffer: Buffer.allocUnsafe(RECEIVE_BYTES),
        callback: (count, buffer) => {
          this.#receive(count, buffer as Buffer);
          return true;
        },
      },
    });
    this.#socket.on("error", onLost);
    this.#socket.on("close", () => onLost(new Error("a server closed a connection")));
  }

  static async open(
    address: string,
    onAnswer: (head: AnswerHead, connection: Connection) => void,
    onLost: (error: Error) => void,
  ): Promise<Connection> {
    const connection = new Connection(address, onAnswer, onLost);
    await once(connection.#socket, "connect");
    return connection;
  }

  send(request: Buffer, sinceMs: number): void {
    this.sinceMs = sinceMs;
    this.#head = undefined;
    this.#received = 0;
    this.#begun = "";
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.removeAllListeners().on("error", () => undefined);
    this.#socket.destroy();
  }

  #receive(count: number, buffer: Buffer): void {
    if (this.#head === undefined) {
      this.#begun += buffer.toString("latin1", 0, Math.min(count, HEAD_BYTES));
      this.#head = readHead(this.#begun);
    }
    this.#received += count;
    if (this.#head !== undefined && this.#received >= this.#head.bytes) this.#onAnswer(this.#head, this);
  }
}
