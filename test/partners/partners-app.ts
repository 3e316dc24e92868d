import { DEV_JWT_SECRET, mintDevToken } from "../../scripts/dev-secrets.ts";
import { createApp } from "../../src/app.ts";
import { parseConfig } from "../../src/config.ts";
import { createDatabase } from "../../src/db/client.ts";
import type { WakeUpQueue } from "../../src/webhooks/wake-ups.ts";

export type Asked = {
  readonly token?: string;
  /** Sent as JSON; text is sent as it is. */
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  /** Of the body; JSON when it is not said. */
  readonly contentType?: string;
};

/** An answer, with its body as it came and as parsed. */
export type Told = { readonly status: number; readonly text: string; readonly json: Record<string, unknown> };

/** The whole service in this process, with a clock that the test moves. */
export type PartnersApp = {
  nowMs: number;
  /** All that was logged. */
  readonly log: Readonly<Record<string, unknown>>[];
  /** What goes on behind the answers. */
  readonly behind: Promise<unknown>[];
  ask(method: string, path: string, asked?: Asked): Promise<Told>;
  /** What the service itself answers, as from `fetch`. */
  request(request: Request | string, init?: RequestInit): Promise<Response>;
  /** An approved partner that applied here: its wire id and its token. */
  approvedPartner(name: string): Promise<{ readonly partnerId: string; readonly token: string }>;
};

export async function startPartnersApp(
  localNeon: { url: string; connectionString: string },
  wakeUpQueue?: WakeUpQueue,
): Promise<PartnersApp> {
  const config = parseConfig({
    ENVIRONMENT: "development",
    DATABASE_URL: localNeon.connectionString,
    NEON_SQL_ENDPOINT: localNeon.url,
    DEV_JWT_SECRET,
    // What is asked here is what the database says now.
    TILE_MAX_AGE_S: "0",
  });
  const log: Readonly<Record<string, unknown>>[] = [];
  const behind: Promise<unknown>[] = [];
  const operator = await mintDevToken("operator");
  const router = createApp({
    config,
    database: createDatabase(config),
    limiter: undefined,
    tileCache: undefined,
    statsStore: undefined,
    requestDataset: undefined,
    wakeUpQueue,
    log: (entry) => log.push(entry),
    waitUntil: (work) => behind.push(work),
    now: () => app.nowMs,
  });
  const app: PartnersApp = {
    nowMs: Date.now(),
    log,
    behind,
    async ask(method, path, { token, body, idempotencyKey, contentType = "application/json" } = {}) {
      const headers: Record<string, string> = {
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { "Content-Type": contentType }),
        ...(idempotencyKey !== undefined && { "Idempotency-Key": idempotencyKey }),
      };
      const sent = body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body);
      const response = await router.request(path, { method, headers, body: sent });
      const text = await response.text();
      return { status: response.status, text, json: JSON.parse(text) };
    },
    request: async (request, init) => await router.request(request, init),
    async approvedPartner(name) {
      const applied = await app.ask("POST", "/partners/applications", {
        body: { name, contact_email: "shop@example.com" },
      });
      const partnerId = String(applied.json["partner_id"]);
      await app.ask("POST", `/admin/partners/${partnerId}/approve`, { token: operator });
      return { partnerId, token: await mintDevToken("partner", partnerId) };
    },
  };
  return app;
}
