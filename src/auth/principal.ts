/** What a Connect key may do. */
export const SCOPES = [
  "inventory:read",
  "catalog:write",
  "events:write",
  "orders:write",
  "metrics:read",
] as const;
export type Scope = (typeof SCOPES)[number];

export const ROLES = ["buyer", "partner", "operator", "marketplace"] as const;
export type Role = (typeof ROLES)[number];

/** A partner's limits where they are not the usual ones: by policy, in requests per window. */
export type LimitOverrides = Readonly<Record<string, number>>;

/** Who asks by Connect key. Ids are UUIDs. */
export type KeyPrincipal = {
  readonly kind: "key";
  readonly keyId: string;
  readonly partnerId: string;
  readonly scopes: readonly Scope[];
  readonly limits: LimitOverrides;
};

/** Who asks by token: a person or a first-party app. `partnerId` is a UUID, always there for a `partner`. */
export type PersonPrincipal = {
  readonly kind: "person";
  readonly subject: string;
  readonly role: Role;
  readonly partnerId: string | undefined;
};

export type Principal = KeyPrincipal | PersonPrincipal;
