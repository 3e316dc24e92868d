import type { Actor, AuditEntry } from "../db/audit.ts";
import type { Database } from "../db/client.ts";
import { invalidBody, Problem } from "../http/problem.ts";
import { newId } from "../new-id.ts";
import type { SecretBox } from "./secret-box.ts";
import { type UrlRules, webhookUrlProblem } from "./webhook-url.ts";

/** What the verbs of endpoints and deliveries need of the world around them. */
export type WebhooksContext = {
  readonly database: Database;
  readonly urlRules: UrlRules;
  readonly secretBox: SecretBox;
  /** Told that an endpoint (a UUID) has something due. It may be forgotten: what is due is found later all the same. */
  readonly wakeEndpoint: (endpointId: string) => void;
  readonly now: () => number;
};

/** Which endpoint, and whose; UUIDs. */
export type EndpointName = { readonly partnerId: string; readonly endpointId: string };

/** What the audit is told that was done to a webhook, at the instant `atMs`. */
export function auditOf(
  action: `webhook.${string}`,
  details: Readonly<Record<string, unknown>>,
  actor: Actor,
  atMs: number,
): AuditEntry {
  return { auditId: newId(atMs), action, actor, subjectKind: "whk", details, atMs };
}

/** The 404 of a thing that does not exist, or belongs to another: nobody can tell which. */
export function noSuch(thing: "partner" | "webhook" | "delivery"): Problem {
  return new Problem("not_found", `There is no ${thing} with this id.`);
}

/** @throws {Problem} 400 when nothing may be sent to `url`. */
export function requireWebhookUrl(url: string, rules: UrlRules): void {
  const problem = webhookUrlProblem(url, rules);
  if (problem === undefined) return;
  throw invalidBody([{ pointer: "/url", code: "invalid", detail: `url ${problem}` }]);
}

export const MAX_ENDPOINTS = 10;

const CONFLICTS: Readonly<Record<string, string>> = {
  too_many: `A partner has at most ${MAX_ENDPOINTS} webhooks: delete one, or let one receive more event types.`,
  not_active: 'This webhook is not active. Make it so with PATCH {"status":"active"} first.',
  disabled: 'This webhook is disabled. Make it active with PATCH {"status":"active"} first.',
  being_sent: "This delivery is being sent at this moment. Ask again in a minute if it still matters.",
};

/** The problem that a refused write is. */
export function refusalProblem(refusal: string | null): Problem {
  switch (refusal) {
    case "no_partner":
      return noSuch("partner");
    case "no_delivery":
      return noSuch("delivery");
    case "not_approved":
      return new Problem(
        "forbidden",
        "Webhooks can be created and tested while the partner is approved. This one is not: GET /partners/me says how it stands.",
      );
    default: {
      const conflict = CONFLICTS[refusal ?? ""];
      return conflict === undefined ? noSuch("webhook") : new Problem("conflict", conflict);
    }
  }
}
