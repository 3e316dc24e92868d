import {
  IDEMPOTENCY_KEY_PARAMETER,
  jsonResponse,
  KEY,
  type OpenApiContribution,
  type Operation,
  problemResponses,
  type RequestBody,
  schemaRef,
} from "../http/openapi-parts.ts";
import { openApiParameters } from "../http/query-parameters.ts";
import { DeleteEntrySchema, PatchEntrySchema, PostEntrySchema } from "./item-schema.ts";
import {
  DELETE_ANSWERED,
  DELETED,
  DELETED_CSV,
  LISTED,
  PATCH_ANSWERED,
  PATCHED,
  PATCHED_CSV,
  POST_ANSWERED,
  POSTED,
  POSTED_CSV,
  READS,
  WRITES,
} from "./openapi-examples.ts";
import { CATALOG_PARAMETERS } from "./parameters.ts";
import {
  CatalogAnswerSchema,
  CatalogItemListSchema,
  CatalogItemSchema,
  DeleteBodySchema,
  PatchBodySchema,
  PostBodySchema,
} from "./schema.ts";

const COMMON = `One entry as it is, or \`{"items": […]}\` with up to 1,000, which are judged one by one: a bad one costs no other. When all are rejected, so is the request: 400, or 409 when only what is there is in the way, with \`results\` and \`summary\` in the problem. Each is an observation of how things were at its \`observed_at\`: whatever the order of arrival, the newest wins, for the item's details, for the price and for the stock by themselves; so repeating and reordering do no harm.

As \`text/csv\` the first line names the columns as the members are named, those within another with a dot (\`price.amount\`); cells are parted by commas, semicolons or tabs; an empty cell is an absent member. Errors point into the JSON that the rows stand for, and name the line.

Needs a key with the scope \`catalog:write\`.`;

const ENTRY_CODES =
  "Codes of an entry's `errors`: `invalid`, `missing`, `unknown`, `nul`, `lone_surrogate`, `number_out_of_range`, `too_deep`, `future` (too far ahead of now), `conflict` (members that exclude one another), `cells` (a CSV row of another length than the first), `idempotency_key_required`, `unknown_location`, `no_count` (nothing to adjust), `insufficient_stock`.";

function requestBody(schemaName: string, json: unknown, csv: string): RequestBody {
  return {
    required: true,
    content: {
      "application/json": { schema: schemaRef(schemaName), example: json },
      "text/csv": { schema: { type: "string" }, example: csv },
    },
  };
}

function write(
  operation: Pick<Operation, "operationId" | "summary" | "description"> & {
    readonly requestBody: RequestBody;
  },
  answer: unknown,
): Operation {
  return {
    ...operation,
    description: `${operation.description}\n\n${COMMON}\n\n${ENTRY_CODES}`,
    tags: ["Catalog"],
    security: KEY,
    parameters: [IDEMPOTENCY_KEY_PARAMETER],
    responses: {
      200: jsonResponse("What became of each entry.", "CatalogAnswer", { answer: { value: answer } }),
      ...problemResponses(...WRITES),
    },
  };
}

/** What `catalog` adds to the OpenAPI document. */
export const catalogOpenApi: OpenApiContribution = {
  tag: { name: "Catalog", description: "What a partner offers, and how much of it is where." },
  schemas: {
    CatalogPost: PostBodySchema,
    CatalogPostEntry: PostEntrySchema,
    CatalogPatch: PatchBodySchema,
    CatalogPatchEntry: PatchEntrySchema,
    CatalogDelete: DeleteBodySchema,
    CatalogDeleteEntry: DeleteEntrySchema,
    CatalogAnswer: CatalogAnswerSchema,
    CatalogItem: CatalogItemSchema,
    CatalogItemList: CatalogItemListSchema,
  },
  paths: {
    "/connect/v1/catalog/items": {
      get: {
        operationId: "listCatalogItems",
        summary: "What you list",
        description:
          "Every item at every location, the longest unchanged first. Needs a key with the scope `catalog:write`.",
        tags: ["Catalog"],
        security: KEY,
        parameters: openApiParameters(CATALOG_PARAMETERS),
        responses: {
          200: jsonResponse("A page of items.", "CatalogItemList", {
            page: { value: { items: [LISTED], next_cursor: null } },
          }),
          ...problemResponses(...READS),
        },
      },
      post: write(
        {
          operationId: "postCatalogItems",
          summary: "Create or replace items",
          description: "Writes each item whole: what is left out of its details is gone.",
          requestBody: requestBody("CatalogPost", POSTED, POSTED_CSV),
        },
        POST_ANSWERED,
      ),
      patch: write(
        {
          operationId: "patchCatalogItems",
          summary: "Change items",
          description:
            'Changes what is named and nothing else: details one by one (`null` clears one), the price or the stock as a whole. A till that knows only how many went sends `"stock": {"adjust": -1}` with an Idempotency-Key.',
          requestBody: requestBody("CatalogPatch", PATCHED, PATCHED_CSV),
        },
        PATCH_ANSWERED,
      ),
      delete: write(
        {
          operationId: "deleteCatalogItems",
          summary: "Delete items",
          description:
            "Takes each item off at its location, or everywhere when `location_ref` is left out. What was observed before stays deleted, should it arrive later.",
          requestBody: requestBody("CatalogDelete", DELETED, DELETED_CSV),
        },
        DELETE_ANSWERED,
      ),
    },
  },
};
