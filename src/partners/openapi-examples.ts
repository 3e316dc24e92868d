import { type ProblemExample, UNAVAILABLE, WRITE_PROBLEMS } from "../http/openapi-parts.ts";
import { KEYS_PARAMETERS } from "./parameters.ts";
import type { Application, AuditRecord, Key, NewKey, Partner, PartnerLimit } from "./schema.ts";

/** What the documentation shows of this capability. */

const PARTNER_ID = "ptr_01k9w2kt6fe1r8y3q5d7h9j2wa";
const KEY_ID = "key_01k9w2mz8he4t6c1x9b3n5s7vd";

export const APPLIED: Application = { partner_id: PARTNER_ID, status: "pending" };

export const APPROVED: Partner = {
  partner_id: PARTNER_ID,
  name: "Mama Put Stores",
  contact_email: "ops@mamaput.example",
  status: "approved",
  created_at: "2026-11-20T08:12:41.204Z",
  approved_at: "2026-11-21T09:00:03.551Z",
  suspended_at: null,
};

export const SUSPENDED: Partner = {
  ...APPROVED,
  status: "suspended",
  suspended_at: "2026-11-21T17:30:00.000Z",
};

export const ACTIVE_KEY: Key = {
  key_id: KEY_ID,
  label: "Till 1, Yaba",
  prefix: "snap_live_3fQz",
  scopes: ["inventory:read", "catalog:write"],
  status: "active",
  created_at: "2026-11-21T09:05:10.021Z",
  last_used_at: "2026-11-21T10:00:00.000Z",
  expires_at: null,
  revoked_at: null,
};

export const REVOKED_KEY: Key = { ...ACTIVE_KEY, status: "revoked", revoked_at: "2026-11-21T10:04:00.000Z" };

export const NEW_KEY: NewKey = {
  ...ACTIVE_KEY,
  last_used_at: null,
  key: "snap_live_3fQz…",
};

export const AUDIT_RECORD: AuditRecord = {
  audit_id: "aud_01k9w2n4q2f8m6r3t5v7x9z1bc",
  partner_id: PARTNER_ID,
  action: "key.created",
  actor: { kind: "partner", id: "user-17" },
  subject_id: KEY_ID,
  details: { label: "Till 1, Yaba", scopes: ["inventory:read", "catalog:write"], expires_at: null },
  address: "203.0.113.7",
  created_at: "2026-11-21T09:05:10.021Z",
};

export const USUAL_LIMIT: PartnerLimit = { policy: "nearby", limit: 300, default_limit: 300, window_s: 300 };

export const OWN_LIMIT: PartnerLimit = { ...USUAL_LIMIT, limit: 3000 };

export const KNOWN: readonly ProblemExample[] = [
  { code: "unauthorized", detail: "The token is not valid here." },
  { code: "forbidden", detail: "This needs a token with the role partner." },
  UNAVAILABLE,
];
export const READS: readonly ProblemExample[] = [
  {
    code: "invalid_parameter",
    detail: "One parameter is not valid.",
    errors: [
      { parameter: "limit", code: "invalid", detail: `limit must be ${KEYS_PARAMETERS.limit.mustBe}` },
    ],
  },
  ...KNOWN,
];
export const WRITES: readonly ProblemExample[] = [
  {
    code: "invalid_body",
    detail: "One thing in the body is not valid.",
    errors: [
      {
        pointer: "/lable",
        code: "unknown",
        detail: 'unknown member "lable"; the nearest known one is label',
      },
    ],
  },
  ...WRITE_PROBLEMS,
  UNAVAILABLE,
];
export const NO_SUCH_KEY: ProblemExample = { code: "not_found", detail: "There is no key with this id." };
export const NO_SUCH_PARTNER: ProblemExample = {
  code: "not_found",
  detail: "There is no partner with this id.",
};
export const ALREADY_CREATED: ProblemExample = {
  code: "already_created",
  detail: `A request with this Idempotency-Key created ${ACTIVE_KEY.key_id} before.`,
};

/** A list's page with one item. */
export const page = (item: unknown) => ({ page: { value: { items: [item], next_cursor: null } } });
