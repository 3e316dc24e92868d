import type { Scope } from "../auth/principal.ts";
import { wireInstant, wireInstantOrNull } from "../http/instant.ts";
import { type IdPrefix, wireId } from "../ids.ts";
import type { AuditRecord, Key, Partner } from "./schema.ts";

/** What the statements return, as PostgreSQL's JSON, and what the wire shows of it. */

export type PartnerRow = {
  readonly partner_id: string;
  readonly name: string;
  readonly contact_email: string;
  readonly status: Partner["status"];
  readonly created_at: string;
  readonly approved_at: string | null;
  readonly suspended_at: string | null;
};

export type KeyRow = {
  readonly key_id: string;
  readonly label: string;
  readonly prefix: string;
  readonly scopes: Scope[];
  readonly created_at: string;
  readonly last_used_at: string | null;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
};

export type AuditRow = {
  readonly audit_id: string;
  readonly partner_id: string | null;
  readonly action: string;
  readonly actor_kind: string;
  readonly actor_id: string;
  readonly subject_kind: IdPrefix;
  readonly subject_id: string;
  readonly details: Record<string, unknown>;
  readonly address: string | null;
  readonly created_at: string;
};

export function partnerOf(row: PartnerRow): Partner {
  return {
    partner_id: wireId("ptr", row.partner_id),
    name: row.name,
    contact_email: row.contact_email,
    status: row.status,
    created_at: wireInstant(row.created_at),
    approved_at: wireInstantOrNull(row.approved_at),
    suspended_at: wireInstantOrNull(row.suspended_at),
  };
}

/** The key as it stands at `nowMs`. */
export function keyOf(row: KeyRow, nowMs: number): Key {
  return {
    key_id: wireId("key", row.key_id),
    label: row.label,
    prefix: row.prefix,
    scopes: row.scopes,
    status: keyStatus(row, nowMs),
    created_at: wireInstant(row.created_at),
    last_used_at: wireInstantOrNull(row.last_used_at),
    expires_at: wireInstantOrNull(row.expires_at),
    revoked_at: wireInstantOrNull(row.revoked_at),
  };
}

function keyStatus({ revoked_at, expires_at }: KeyRow, nowMs: number): Key["status"] {
  if (revoked_at !== null) return "revoked";
  return expires_at !== null && Date.parse(expires_at) <= nowMs ? "expired" : "active";
}

/** The record as `reader` sees it: which of our people did it, and from where, is not a partner's business. */
export function auditRecordOf(row: AuditRow, reader: "operator" | "partner"): AuditRecord {
  const hidden = reader === "partner" && row.actor_kind === "operator";
  return {
    audit_id: wireId("aud", row.audit_id),
    partner_id: row.partner_id === null ? null : wireId("ptr", row.partner_id),
    action: row.action,
    actor: { kind: row.actor_kind, id: hidden ? null : row.actor_id },
    subject_id: wireId(row.subject_kind, row.subject_id),
    details: row.details,
    address: hidden ? null : row.address,
    created_at: wireInstant(row.created_at),
  };
}
