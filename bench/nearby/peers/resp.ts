import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** What Redis answers: a string, a number, nothing, or a list of such. */
export type Reply = string | number | null | readonly Reply[];

type Waiting = { readonly resolve: (reply: Reply) => void; readonly reject: (error: Error) => void };

/** A connection to Redis over a unix socket: commands go out at once, answers come in their order (RESP 2, pipelined). */
export class Redis {
  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];
  #buffered: Buffer = Buffer.alloc(0);
  /** Of what is buffered, so many bytes are needed before it is worth another look. */
  #needed = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (data) => this.#receive(data as Buffer));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("Redis closed the connection")));
  }

  static async open(path: string): Promise<Redis> {
    const socket = connect(path);
    await once(socket, "connect");
    return new Redis(socket);
  }

  /** @throws what Redis calls an error. */
  send(...words: readonly string[]): Promise<Reply> {
    this.#socket.write(
      `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`,
    );
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(data: Buffer): void {
    this.#buffered = this.#buffered.length === 0 ? data : Buffer.concat([this.#buffered, data]);
    if (this.#buffered.length < this.#needed) return;
    this.#needed = 0;
    let at = 0;
    for (;;) {
      const parsed = parseReply(this.#buffered, at);
      if (typeof parsed === "number") {
        this.#needed = parsed - at;
        break;
      }
      at = parsed.end;
      const { resolve, reject } = this.#waiting.shift() ?? {};
      if (parsed.error === undefined) resolve?.(parsed.reply);
      else reject?.(new Error(parsed.error));
      if (at === this.#buffered.length) break;
    }
    this.#buffered = this.#buffered.subarray(at);
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

type Parsed = { readonly reply: Reply; readonly end: number; readonly error?: string };

/** The reply that begins at `at`, or how long the buffer must be at least before that is known. */
function parseReply(buffer: Buffer, at: number): Parsed | number {
  const lineEnd = buffer.indexOf("\r\n", at, "latin1");
  if (lineEnd < 0) return buffer.length + 1;
  const line = buffer.toString("latin1", at + 1, lineEnd);
  const after = lineEnd + 2;
  switch (String.fromCharCode(buffer[at] ?? 0)) {
    case "+":
      return { reply: line, end: after };
    case "-":
      return { reply: null, end: after, error: line };
    case ":":
      return { reply: Number(line), end: after };
    case "$": {
      const length = Number(line);
      if (length < 0) return { reply: null, end: after };
      const end = after + length + 2;
      return end > buffer.length ? end : { reply: buffer.toString("utf8", after, end - 2), end };
    }
    case "*":
      return parseList(buffer, after, Number(line));
    default:
      throw new Error("Redis answered what is no RESP");
  }
}

function parseList(buffer: Buffer, at: number, length: number): Parsed | number {
  const replies: Reply[] = [];
  let end = at;
  for (let i = 0; i < length; i++) {
    const parsed = parseReply(buffer, end);
    if (typeof parsed === "number") return parsed;
    replies.push(parsed.reply);
    end = parsed.end;
  }
  return { reply: replies, end };
}
