import { type AuthDeps, authenticate } from "../auth/authenticate.ts";
import { requirePartner } from "../auth/authorize.ts";
import { actorOf } from "../http/actor.ts";
import { requestQueryReader } from "../http/list-parameters.ts";
import type { RouteHandler } from "../http/router.ts";
import { EmptyBodySchema } from "../http/wire-schema.ts";
import { readWriteRequest } from "../http/write-request.ts";
import { parseWireId } from "../ids.ts";
import { changeWebhook } from "./change-webhook.ts";
import { noSuch, type WebhooksContext } from "./context.ts";
import { createWebhook } from "./create-webhook.ts";
import { deleteWebhook } from "./delete-webhook.ts";
import { listDeliveries } from "./list-deliveries.ts";
import { listWebhooks } from "./list-webhooks.ts";
import { DELIVERIES_PARAMETERS, WEBHOOKS_PARAMETERS } from "./parameters.ts";
import { readWebhook } from "./read-webhook.ts";
import { redeliver, redeliverFailed } from "./redeliver.ts";
import { rotateSecret } from "./rotate-secret.ts";
import {
  DEFAULT_OVERLAP_S,
  RedeliveryBodySchema,
  SecretRotationSchema,
  WebhookBodySchema,
  WebhookChangeSchema,
} from "./schema.ts";
import { sendTest } from "./send-test.ts";

const readNoQuery = requestQueryReader({});
const readWebhooksQuery = requestQueryReader(WEBHOOKS_PARAMETERS);
const readDeliveriesQuery = requestQueryReader(DELIVERIES_PARAMETERS);

/** What answers at `/partners/me/connect/webhooks`, by what it does. */
export function webhooksRoutes(deps: WebhooksContext & { readonly auth: AuthDeps }) {
  const requireOwner = async (request: Request) => {
    const { partnerId, subject } = requirePartner(await authenticate(request, deps.auth, deps.now()));
    return { partnerId, scope: `partner:${partnerId}`, actor: actorOf(request, "partner", subject) };
  };
  /** Who asks, and about which webhook; with no query. */
  const requireWebhook = async (request: Request, webhookId: string | undefined) => {
    const { partnerId, scope, actor } = await requireOwner(request);
    readNoQuery(request);
    return { name: { partnerId, endpointId: endpointIdOf(webhookId) }, scope, actor };
  };

  return {
    list: async (c) => {
      const { partnerId } = await requireOwner(c.req.raw);
      const { cursor, limit } = readWebhooksQuery(c.req.raw);
      return c.json(await listWebhooks(deps, partnerId, { after: cursor, limit }));
    },
    create: async (c) => {
      const { partnerId, scope, actor } = await requireOwner(c.req.raw);
      readNoQuery(c.req.raw);
      const { body, key } = await readWriteRequest(c.req.raw, WebhookBodySchema, scope);
      return c.json(await createWebhook(deps, partnerId, body, actor, key), 201);
    },
    read: async (c) => {
      const { name } = await requireWebhook(c.req.raw, c.req.param("webhook_id"));
      return c.json(await readWebhook(deps, name));
    },
    change: async (c) => {
      const { name, scope, actor } = await requireWebhook(c.req.raw, c.req.param("webhook_id"));
      const { body, key } = await readWriteRequest(c.req.raw, WebhookChangeSchema, scope);
      return c.json(await changeWebhook(deps, name, body, actor, key));
    },
    remove: async (c) => {
      const { name, scope, actor } = await requireWebhook(c.req.raw, c.req.param("webhook_id"));
      const { key } = await readWriteRequest(c.req.raw, EmptyBodySchema, scope, {});
      return c.json(await deleteWebhook(deps, name, actor, key));
    },
    rotate: async (c) => {
      const { name, scope, actor } = await requireWebhook(c.req.raw, c.req.param("webhook_id"));
      const { body, key } = await readWriteRequest(c.req.raw, SecretRotationSchema, scope, {});
      const { overlap_s: overlapS = DEFAULT_OVERLAP_S } = body;
      return c.json(await rotateSecret(deps, name, overlapS, actor, key), 201);
    },
    test: async (c) => {
      const { name, scope, actor } = await requireWebhook(c.req.raw, c.req.param("webhook_id"));
      const { key } = await readWriteRequest(c.req.raw, EmptyBodySchema, scope, {});
      return c.json(await sendTest(deps, name, actor, key), 202);
    },

    listDeliveries: async (c) => {
      const { partnerId } = await requireOwner(c.req.raw);
      const { status, cursor, limit } = readDeliveriesQuery(c.req.raw);
      const name = { partnerId, endpointId: endpointIdOf(c.req.param("webhook_id")) };
      return c.json(await listDeliveries(deps, name, { status, after: cursor, limit }));
    },
    redeliver: async (c) => {
      const { name, scope, actor } = await requireWebhook(c.req.raw, c.req.param("webhook_id"));
      const deliveryId = parseWireId("dlv", c.req.param("delivery_id") ?? "");
      if (deliveryId === undefined) throw noSuch("delivery");
      const { key } = await readWriteRequest(c.req.raw, EmptyBodySchema, scope, {});
      return c.json(await redeliver(deps, name, deliveryId, { actor, idempotencyKey: key }), 202);
    },
    redeliverFailed: async (c) => {
      const { name, scope, actor } = await requireWebhook(c.req.raw, c.req.param("webhook_id"));
      const { body, key } = await readWriteRequest(c.req.raw, RedeliveryBodySchema, scope);
      const asker = { actor, idempotencyKey: key };
      return c.json(await redeliverFailed(deps, name, body.failed_since, asker), 202);
    },
  } satisfies Readonly<Record<string, RouteHandler>>;
}

/** @throws {Problem} 404: what is not an id names nothing. */
function endpointIdOf(webhookId = ""): string {
  const id = parseWireId("whk", webhookId);
  if (id === undefined) throw noSuch("webhook");
  return id;
}
