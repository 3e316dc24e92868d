import { type AuthDeps, authenticate } from "../auth/authenticate.ts";
import { requirePartner, requireRole } from "../auth/authorize.ts";
import { actorOf, addressOf } from "../http/actor.ts";
import { requestQueryReader } from "../http/list-parameters.ts";
import type { RouteHandler } from "../http/router.ts";
import { EmptyBodySchema } from "../http/wire-schema.ts";
import { readWriteRequest } from "../http/write-request.ts";
import { type IdPrefix, parseWireId } from "../ids.ts";
import { apply } from "./apply.ts";
import { noSuch, type PartnersContext } from "./context.ts";
import { createKey } from "./create-key.ts";
import { decideOnPartner } from "./decide-on-partner.ts";
import { listLimits, partnerPolicy, setLimit } from "./limits.ts";
import { listAudit } from "./list-audit.ts";
import { listKeys } from "./list-keys.ts";
import { listPartners } from "./list-partners.ts";
import {
  AUDIT_PARAMETERS,
  KEYS_PARAMETERS,
  OWN_AUDIT_PARAMETERS,
  PARTNERS_PARAMETERS,
} from "./parameters.ts";
import { readOwnPartner } from "./read-own-partner.ts";
import { revokeKey } from "./revoke-key.ts";
import { rotateKey } from "./rotate-key.ts";
import {
  ApplicationBodySchema,
  KeyBodySchema,
  PartnerLimitBodySchema,
  RotationBodySchema,
} from "./schema.ts";

const readNoQuery = requestQueryReader({});
const readPartnersQuery = requestQueryReader(PARTNERS_PARAMETERS);
const readKeysQuery = requestQueryReader(KEYS_PARAMETERS);
const readAuditQuery = requestQueryReader(AUDIT_PARAMETERS);
const readOwnAuditQuery = requestQueryReader(OWN_AUDIT_PARAMETERS);

/** What answers at `/partners` and `/admin`, by what it does. */
export function partnersRoutes(deps: PartnersContext & { readonly auth: AuthDeps }) {
  const requireOperator = async (request: Request) => {
    const { subject } = requireRole(await authenticate(request, deps.auth, deps.now()), "operator");
    return { scope: `operator:${subject}`, actor: actorOf(request, "operator", subject) };
  };
  const requireOwner = async (request: Request) => {
    const { partnerId, subject } = requirePartner(await authenticate(request, deps.auth, deps.now()));
    return { partnerId, scope: `partner:${partnerId}`, actor: actorOf(request, "partner", subject) };
  };
  const decide = (verdict: "approved" | "suspended"): RouteHandler =>
    async function decideRoute(c) {
      const { scope, actor } = await requireOperator(c.req.raw);
      readNoQuery(c.req.raw);
      const partnerId = pathId("ptr", c.req.param("partner_id"), "partner");
      const { key } = await readWriteRequest(c.req.raw, EmptyBodySchema, scope, {});
      return c.json(await decideOnPartner(deps, partnerId, verdict, actor, key));
    };

  return {
    /** For anyone. */
    apply: async (c) => {
      readNoQuery(c.req.raw);
      const scope = `address:${addressOf(c.req.raw) ?? ""}`;
      const { body, key } = await readWriteRequest(c.req.raw, ApplicationBodySchema, scope);
      return c.json(await apply(deps, body, key), 201);
    },

    listPartners: async (c) => {
      await requireOperator(c.req.raw);
      const { status, cursor, limit } = readPartnersQuery(c.req.raw);
      return c.json(await listPartners(deps, { status, after: cursor, limit }));
    },
    approve: decide("approved"),
    suspend: decide("suspended"),
    listLimits: async (c) => {
      await requireOperator(c.req.raw);
      readNoQuery(c.req.raw);
      return c.json(await listLimits(deps, pathId("ptr", c.req.param("partner_id"), "partner")));
    },
    setLimit: async (c) => {
      const { scope, actor } = await requireOperator(c.req.raw);
      readNoQuery(c.req.raw);
      const partnerId = pathId("ptr", c.req.param("partner_id"), "partner");
      const policy = partnerPolicy(c.req.param("policy"));
      const { body, key } = await readWriteRequest(c.req.raw, PartnerLimitBodySchema, scope);
      return c.json(await setLimit(deps, partnerId, { policy, limit: body.limit }, actor, key));
    },
    removeLimit: async (c) => {
      const { scope, actor } = await requireOperator(c.req.raw);
      readNoQuery(c.req.raw);
      const partnerId = pathId("ptr", c.req.param("partner_id"), "partner");
      const policy = partnerPolicy(c.req.param("policy"));
      const { key } = await readWriteRequest(c.req.raw, EmptyBodySchema, scope, {});
      return c.json(await setLimit(deps, partnerId, { policy, limit: null }, actor, key));
    },
    listAudit: async (c) => {
      await requireOperator(c.req.raw);
      const { partner_id: partnerId, cursor, limit } = readAuditQuery(c.req.raw);
      return c.json(await listAudit(deps, { reader: "operator", partnerId }, { after: cursor, limit }));
    },

    readOwnPartner: async (c) => {
      const { partnerId } = await requireOwner(c.req.raw);
      readNoQuery(c.req.raw);
      return c.json(await readOwnPartner(deps, partnerId));
    },
    listOwnAudit: async (c) => {
      const { partnerId } = await requireOwner(c.req.raw);
      const { cursor, limit } = readOwnAuditQuery(c.req.raw);
      return c.json(await listAudit(deps, { reader: "partner", partnerId }, { after: cursor, limit }));
    },

    listKeys: async (c) => {
      const { partnerId } = await requireOwner(c.req.raw);
      const { cursor, limit } = readKeysQuery(c.req.raw);
      return c.json(await listKeys(deps, partnerId, { after: cursor, limit }));
    },
    createKey: async (c) => {
      const { partnerId, scope, actor } = await requireOwner(c.req.raw);
      readNoQuery(c.req.raw);
      const { body, key } = await readWriteRequest(c.req.raw, KeyBodySchema, scope);
      return c.json(await createKey(deps, partnerId, body, actor, key), 201);
    },
    rotateKey: async (c) => {
      const { partnerId, scope, actor } = await requireOwner(c.req.raw);
      readNoQuery(c.req.raw);
      const keyId = pathId("key", c.req.param("key_id"), "key");
      const { body, key } = await readWriteRequest(c.req.raw, RotationBodySchema, scope);
      return c.json(await rotateKey(deps, { partnerId, keyId }, body, actor, key), 201);
    },
    revokeKey: async (c) => {
      const { partnerId, scope, actor } = await requireOwner(c.req.raw);
      readNoQuery(c.req.raw);
      const keyId = pathId("key", c.req.param("key_id"), "key");
      const { key } = await readWriteRequest(c.req.raw, EmptyBodySchema, scope, {});
      return c.json(await revokeKey(deps, partnerId, keyId, actor, key));
    },
  } satisfies Readonly<Record<string, RouteHandler>>;
}

/** @throws {Problem} 404: what is not an id names nothing. */
function pathId(prefix: IdPrefix, text: string | undefined, thing: "partner" | "key"): string {
  const id = text === undefined ? undefined : parseWireId(prefix, text);
  if (id === undefined) throw noSuch(thing);
  return id;
}
