import { type AuthDeps, authenticate } from "../auth/authenticate.ts";
import { requireKey } from "../auth/authorize.ts";
import type { BodyBudget } from "../http/body-budget.ts";
import { readBytes } from "../http/json-body.ts";
import { requestQueryReader } from "../http/list-parameters.ts";
import type { RouteHandler } from "../http/router.ts";
import type { CatalogContext } from "./context.ts";
import type { CatalogVerb } from "./entry-rules.ts";
import { KnownWords } from "./known-words.ts";
import { listItems } from "./list-items.ts";
import { CATALOG_PARAMETERS } from "./parameters.ts";
import { readCatalogRequest } from "./read-request.ts";
import { writeItems } from "./write-items.ts";

const readNoQuery = requestQueryReader({});
const readListQuery = requestQueryReader(CATALOG_PARAMETERS);

/** What answers at `/connect/v1/catalog/items`, by what it does. */
export function catalogRoutes(
  given: Omit<CatalogContext, "knownWords"> & { readonly auth: AuthDeps; readonly bodies: BodyBudget },
) {
  const deps = { ...given, knownWords: new KnownWords() };
  const requirePartnerId = async (request: Request) =>
    requireKey(await authenticate(request, deps.auth, deps.now()), "catalog:write").partnerId;
  const write =
    (verb: CatalogVerb): RouteHandler =>
    async (c) => {
      const partnerId = await requirePartnerId(c.req.raw);
      readNoQuery(c.req.raw);
      const share = deps.bodies.open();
      try {
        const bytes = await readBytes(c.req.raw, share.add);
        const scope = `partner:${partnerId}`;
        const request = await readCatalogRequest(c.req.raw, bytes, verb, scope, deps.now());
        return c.json(await writeItems(deps, partnerId, request));
      } finally {
        share.close();
      }
    };

  return {
    list: async (c) => {
      const partnerId = await requirePartnerId(c.req.raw);
      const query = readListQuery(c.req.raw);
      return c.json(
        await listItems(deps, partnerId, {
          updatedSinceMs: query.updated_since,
          externalRef: query.external_ref,
          locationRef: query.location_ref,
          availability: query.availability,
          after: query.cursor,
          limit: query.limit,
        }),
      );
    },
    post: write("POST"),
    patch: write("PATCH"),
    remove: write("DELETE"),
  } satisfies Readonly<Record<string, RouteHandler>>;
}
