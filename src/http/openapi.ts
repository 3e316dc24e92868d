import * as z from "zod";
import { LIMIT_HEADERS, withLimits } from "./openapi-limits.ts";
import { type OpenApiContribution, SERVER_URL } from "./openapi-parts.ts";
import type { JsonSchema } from "./query-parameters.ts";
import { serviceOpenApi } from "./service-openapi.ts";

export type OpenApiDocument = ReturnType<typeof openApiDocument>;

const DESCRIPTION = `What can I get near here, is it really on the shelf, who says so and how long ago, how far is it, and when could it be at my door?

Answers are JSON in \`snake_case\`. Units stand in names: \`radius_m\` is metres, \`age_s\` seconds, \`min_minutes\` minutes; instants are RFC 3339 UTC and end in \`_at\`; money is a whole number of minor units with its ISO 4217 currency. Ids are \`<prefix>_\` and 26 characters that sort by time.

Parameters that a path does not know are refused, with the name of the nearest known one. Every answer carries its id in \`X-Request-Id\`; send one of your own (8 to 128 letters, digits, \`-\`, \`_\`) to have it kept.`;

const SECURITY_SCHEMES = {
  connectKey: {
    type: "http",
    scheme: "bearer",
    description: "`Authorization: Bearer <key>`: a Connect API key, `snap_live_…`. For servers only.",
  },
  connectKeyHeader: {
    type: "apiKey",
    in: "header",
    name: "X-SnapAct-API-Key",
    description:
      "`X-SnapAct-API-Key: <key>`: the same key, for clients that keep it apart from other credentials.",
  },
  userToken: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "`Authorization: Bearer <token>`: the access token of a person or a first-party app.",
  },
} as const;

/** The OpenAPI 3.1 document of the service itself and of every contribution, in their order. */
export function openApiDocument(contributions: readonly OpenApiContribution[]) {
  const all = [...contributions, serviceOpenApi];
  return {
    openapi: "3.1.1",
    info: {
      title: "SnapAct Connect",
      version: "1.0.0",
      summary: "Verified local inventory, near a delivery point",
      description: DESCRIPTION,
      license: { name: "Proprietary", identifier: "LicenseRef-SnapAct" },
    },
    servers: [{ url: SERVER_URL, description: "Production" }],
    tags: all.map(({ tag }) => tag),
    paths: withLimits(Object.assign({}, ...all.map(({ paths }) => paths))),
    components: { securitySchemes: SECURITY_SCHEMES, headers: LIMIT_HEADERS, schemas: jsonSchemas(all) },
  };
}

function jsonSchemas(contributions: readonly OpenApiContribution[]): Readonly<Record<string, JsonSchema>> {
  const registry = z.registry<{ id: string }>();
  for (const { schemas } of contributions) {
    for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  }
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _, $id: __, ...schema }]) => [name, schema]),
  );
}
