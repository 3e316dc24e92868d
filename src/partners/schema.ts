import * as z from "zod";
import { SCOPES } from "../auth/principal.ts";
import { guided, instant, nextCursor, textMember, wireIdSchema } from "../http/wire-schema.ts";

/** The wire shapes of `/partners` and `/admin`: those of bodies read them, those of answers describe and guard. */

export const PARTNER_STATUSES = ["pending", "approved", "suspended"] as const;

const status = z
  .enum(PARTNER_STATUSES)
  .describe(
    "`pending` until an operator decides; only what belongs to `approved` partners is shown to anyone.",
  );

/** Beyond this, no address can be delivered to (RFC 5321). */
const MAX_EMAIL_LENGTH = 254;

export const ApplicationBodySchema = z
  .strictObject({
    name: textMember(1, 200, "The merchant's name, as shoppers know it."),
    contact_email: guided(
      z.email().max(MAX_EMAIL_LENGTH).describe("Where we write to about the application."),
      `an e-mail address of at most ${MAX_EMAIL_LENGTH} characters, such as shop@example.com`,
    ),
  })
  .describe("A merchant's application.");

export const ApplicationSchema = z
  .strictObject({ partner_id: wireIdSchema("ptr"), status })
  .describe("An application as it stands.");

export const PartnerSchema = z
  .strictObject({
    partner_id: wireIdSchema("ptr"),
    name: z.string(),
    contact_email: z.string(),
    status,
    created_at: instant,
    approved_at: instant.nullable().describe("When it was last approved."),
    suspended_at: instant.nullable().describe("Since when it has been suspended."),
  })
  .describe("A merchant's account.");

export const PartnerListSchema = z
  .strictObject({ items: z.array(PartnerSchema).max(100), next_cursor: nextCursor })
  .describe("Partners, the latest applicant first.");

const scopes = guided(
  z
    .array(guided(z.enum(SCOPES), `one of ${SCOPES.join(", ")}`))
    .min(1)
    .max(SCOPES.length),
  `a list of one or more of ${SCOPES.join(", ")}`,
).describe("What the key may do.");

const label = textMember(1, 100, "What you call the key, such as the till that uses it.");
const expiresAt = guided(
  instant.nullable(),
  "an instant in the future, such as 2027-11-21T10:00:00Z, or null",
);

export const KeyBodySchema = z
  .strictObject({
    label,
    scopes: guided(scopes, `a list of one or more of ${SCOPES.join(", ")}`),
    expires_at: expiresAt.optional().describe("From when on it opens nothing; never when absent or null."),
  })
  .describe("The key that is wanted.");

const MAX_OVERLAP_S = 2_592_000;

export const RotationBodySchema = z
  .strictObject({
    overlap_s: guided(
      z.int().min(0).max(MAX_OVERLAP_S),
      `a whole number of seconds between 0 and ${MAX_OVERLAP_S} (30 days)`,
    ).describe("For how many seconds the old key keeps working."),
    expires_at: expiresAt.optional().describe("When the new key expires; never when absent or null."),
  })
  .describe("How a key is replaced.");

const MAX_LIMIT = 10_000_000;

export const PartnerLimitBodySchema = z
  .strictObject({
    limit: guided(z.int().min(1).max(MAX_LIMIT), `a whole number between 1 and ${MAX_LIMIT}`).describe(
      "How many requests pass in any window.",
    ),
  })
  .describe("A limit of a partner's own.");

export const PartnerLimitSchema = z
  .strictObject({
    policy: z.string().describe("The limit's name, as in `RateLimit-Policy`."),
    limit: z.int().describe("How many requests pass in any window."),
    default_limit: z.int().describe("How many would, had no operator said otherwise."),
    window_s: z.int(),
  })
  .describe("A limit that a partner's keys and people are under, each for themselves.");

export const PartnerLimitListSchema = z
  .strictObject({ items: z.array(PartnerLimitSchema), next_cursor: nextCursor })
  .describe("All limits of a partner.");

const keyMembers = {
  key_id: wireIdSchema("key"),
  label: z.string(),
  prefix: z.string().describe("How the key begins, to tell it from others."),
  scopes: z.array(z.enum(SCOPES)).describe("What it may do."),
  status: z.enum(["active", "expired", "revoked"]).describe("Only an `active` key opens anything."),
  created_at: instant,
  last_used_at: instant.nullable().describe("Its last use, to about a minute."),
  expires_at: instant
    .nullable()
    .describe("From when on it opens nothing; after a rotation, the end of the overlap."),
  revoked_at: instant.nullable(),
};

export const KeySchema = z.strictObject(keyMembers).describe("A Connect key, without the key itself.");

export const NewKeySchema = z
  .strictObject({ ...keyMembers, key: z.string().describe("The key. It is shown this once and not kept.") })
  .describe("A new Connect key.");

export const KeyListSchema = z
  .strictObject({ items: z.array(KeySchema).max(100), next_cursor: nextCursor })
  .describe("Connect keys, the newest first.");

export const AuditRecordSchema = z
  .strictObject({
    audit_id: wireIdSchema("aud"),
    partner_id: wireIdSchema("ptr").nullable(),
    action: z.string().describe("What was done, such as `key.created`."),
    actor: z
      .strictObject({
        kind: z.string().describe("The role in which it was done, such as `operator`."),
        id: z.string().nullable().describe("Who did it. Of an operator, only operators see it."),
      })
      .describe("Who did it."),
    subject_id: z.string().describe("What it was done to."),
    details: z.record(z.string(), z.unknown()),
    address: z.string().nullable().describe("Where it came from. Of an operator, only operators see it."),
    created_at: instant,
  })
  .describe("Something that was done. Records are never changed or removed.");

export const AuditListSchema = z
  .strictObject({ items: z.array(AuditRecordSchema).max(100), next_cursor: nextCursor })
  .describe("Audit records, the latest first.");

export type Partner = z.infer<typeof PartnerSchema>;
export type Key = z.infer<typeof KeySchema>;
export type NewKey = z.infer<typeof NewKeySchema>;
export type PartnerLimit = z.infer<typeof PartnerLimitSchema>;
export type AuditRecord = z.infer<typeof AuditRecordSchema>;
export type Application = z.infer<typeof ApplicationSchema>;
export type ApplicationBody = z.infer<typeof ApplicationBodySchema>;
export type KeyBody = z.infer<typeof KeyBodySchema>;
export type RotationBody = z.infer<typeof RotationBodySchema>;
