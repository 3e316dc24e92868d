import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** One line of an instant query's answer. */
export type Result = { readonly metric: Readonly<Record<string, string>>; readonly value: number };

/** A Prometheus, and what it is asked over its HTTP API. */
export type PrometheusServer = AsyncDisposable & {
  query(expression: string): Promise<readonly Result[]>;
  /** `data` of `/api/v1/<path>`. */
  api(path: string): Promise<unknown>;
};

/** Starts Debian's Prometheus with `folder`/prometheus.yml on a port of its choice; what it keeps lies in `folder`. */
export async function startPrometheus(folder: string): Promise<PrometheusServer> {
  const child = spawn(
    "prometheus",
    [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      "--web.listen-address=127.0.0.1:0",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const ended = once(child, "exit");
  const said: string[] = [];
  const address = await new Promise<string>((resolve, reject) => {
    createInterface(child.stderr).on("line", (line) => {
      said.push(line);
      const [, found] = /msg="Listening on" address=(\S+)/.exec(line) ?? [];
      if (found !== undefined) resolve(`http://${found}`);
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`Prometheus ended:\n${said.join("\n")}`)));
  });

  const api = async (path: string): Promise<unknown> => {
    const answer = await fetch(`${address}/api/v1/${path}`);
    const { status, data, error } = (await answer.json()) as {
      status: string;
      data: unknown;
      error?: string;
    };
    if (status !== "success") throw new Error(`${path}: ${error}`);
    return data;
  };
  return {
    api,
    async query(expression) {
      const data = await api(`query?query=${encodeURIComponent(expression)}`);
      const { result } = data as { result: { metric: Result["metric"]; value: [number, string] }[] };
      return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}
