import { inject } from "vitest";
import "./context.ts";

/** Asks the built Worker, over HTTP. */
export function askService(path: string, init?: RequestInit): Promise<Response> {
  return fetch(inject("serviceAddress") + path, init);
}
