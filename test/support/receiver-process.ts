import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A receiver of a guide, running as its reader would run it. */
export type ReceiverProcess = AsyncDisposable & {
  /** Where it says that it listens. */
  readonly url: string;
  /** What it has printed since. */
  readonly printed: readonly string[];
};

const LISTENING = /^listening on (http:\/\/127\.0\.0\.1:\d+\/\S+)$/;

/** Starts the program on a free port, and waits until it listens. */
export async function startReceiverProcess(file: string, secret: string): Promise<ReceiverProcess> {
  const program = spawn(process.execPath, [file], {
    env: { PATH: process.env["PATH"], PORT: "0", WEBHOOK_SECRET: secret },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(program, "close");
  const complaints: string[] = [];
  program.stderr.on("data", (chunk: Buffer) => complaints.push(chunk.toString()));
  const printed: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(program.stdout).on("line", (line) => {
      const [, address] = LISTENING.exec(line) ?? [];
      if (address === undefined) printed.push(line);
      else resolve(address);
    });
    void ended.then(() => reject(new Error(`${file} ended: ${complaints.join("")}`)));
  });
  return {
    url,
    printed,
    async [Symbol.asyncDispose]() {
      program.kill();
      await ended;
    },
  };
}
