import { exports } from "cloudflare:workers";

/** Asks the Worker of src/worker.ts, in this very isolate; the host means nothing. */
export function askWorker(path: string, init?: RequestInit): Promise<Response> {
  return exports.default.fetch(new Request(`https://service.example${path}`, init));
}
