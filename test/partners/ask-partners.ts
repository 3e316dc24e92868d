import { assertConforms } from "../support/conforms.ts";
import { askWorker } from "../support/worker.ts";

export type Told<Body = Record<string, unknown>> = {
  readonly status: number;
  readonly text: string;
  readonly json: Body;
};

/** Asks the Worker in this isolate; the answer must be one that the OpenAPI document allows. */
export async function ask<Body = Record<string, unknown>>(
  method: string,
  path: string,
  { token, body, headers = {} }: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Told<Body>> {
  const response = await askWorker(path, {
    method,
    headers: {
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  assertConforms({
    method,
    path,
    status: response.status,
    contentType: response.headers.get("Content-Type"),
    body: text,
  });
  return { status: response.status, text, json: JSON.parse(text) };
}

/** All items of a list, page by page. */
export async function listAll<Item>(path: string, token: string, limit = 100): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query: string = cursor === "" ? `limit=${limit}` : `limit=${limit}&cursor=${cursor}`;
    const page: Told<{ items: Item[]; next_cursor: string | null }> = await ask(
      "GET",
      `${path}${path.includes("?") ? "&" : "?"}${query}`,
      { token },
    );
    items.push(...page.json.items);
    cursor = page.json.next_cursor;
  }
  return items;
}
