import { once } from "node:events";
import { createServer } from "node:net";
import { StartError } from "./start-error.ts";

export const HOST = "127.0.0.1";
const DEFAULT_PORT = 8787;

/** The port that PORT asks for, 8787 when it is absent. */
export function readPort(text: string | undefined): number {
  if (text === undefined || text === "") return DEFAULT_PORT;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new StartError(`PORT must be a number from 1 to 65535, and is "${text}".`);
}

/** Throws a `StartError` that says what to do when something already listens on the port, or may not. */
export async function requireFreePort(port: number, command = "npm start"): Promise<void> {
  const server = createServer();
  try {
    server.listen(port, HOST);
    await once(server, "listening");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : error;
    const reason = code === "EADDRINUSE" ? "is already in use" : `cannot be used (${code})`;
    throw new StartError(
      `Port ${port} ${reason}. Stop what uses it, or choose another: PORT=${port + 1} ${command}`,
    );
  }
  server.close();
  await once(server, "close");
}
