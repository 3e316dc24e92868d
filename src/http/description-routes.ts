import { DOCS_CSP, docsPage } from "./docs-page.ts";
import { type OpenApiDocument, openApiDocument } from "./openapi.ts";
import type { OpenApiContribution } from "./openapi-parts.ts";
import type { RouteHandler } from "./router.ts";

const CACHE_CONTROL = "public, max-age=300";

/** `GET /openapi.json` and `GET /docs`, made from what each capability contributes; each is built once. */
export function descriptionRoutes(contributions: readonly OpenApiContribution[]): {
  readonly openApi: RouteHandler;
  readonly docs: RouteHandler;
} {
  let document: OpenApiDocument | undefined;
  let json: string | undefined;
  let page: string | undefined;
  const documentOnce = () => (document ??= openApiDocument(contributions));

  return {
    openApi(c) {
      json ??= JSON.stringify(documentOnce());
      return c.body(json, 200, {
        "Content-Type": "application/json",
        "Cache-Control": CACHE_CONTROL,
      });
    },
    async docs(c) {
      page ??= await docsPage(documentOnce());
      return c.html(page, 200, { "Cache-Control": CACHE_CONTROL, "Content-Security-Policy": DOCS_CSP });
    },
  };
}
