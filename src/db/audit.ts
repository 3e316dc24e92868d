import type { IdPrefix } from "../ids.ts";
import { type Bind, bindInstant } from "./statement-values.ts";

/** Who does something, and the address it comes from, when that is known. */
export type Actor = { readonly kind: string; readonly id: string; readonly address: string | undefined };

/** What is done. `details` must hold no secret, nor a hash of one. */
export type AuditEntry = {
  /** A new UUIDv7. */
  readonly auditId: string;
  readonly action: string;
  readonly actor: Actor;
  readonly subjectKind: IdPrefix;
  readonly details: Readonly<Record<string, unknown>>;
  readonly atMs: number;
};

/**
 * A common table expression that records `entry` in the statement in which it happens: once, when `from` (another of
 * its expressions) has its one row, of which `partnerId` and `subjectId` are columns.
 */
export function auditCte(
  bind: Bind,
  { auditId, action, actor, subjectKind, details, atMs }: AuditEntry,
  {
    from,
    partnerId,
    subjectId,
  }: { readonly from: string; readonly partnerId: string; readonly subjectId: string },
): string {
  const values = [
    bind(auditId, "uuid"),
    partnerId,
    bind(action, "text"),
    bind(actor.kind, "text"),
    bind(actor.id, "text"),
    bind(subjectKind, "text"),
    subjectId,
    bind(JSON.stringify(details), "jsonb"),
    bind(actor.address ?? null, "text"),
    bindInstant(bind, atMs),
  ];
  return `audited AS (
  INSERT INTO audit_records (audit_id, partner_id, action, actor_kind, actor_id, subject_kind, subject_id, details, address, created_at)
  SELECT ${values.join(", ")} FROM ${from})`;
}
