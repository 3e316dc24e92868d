import type * as z from "zod";
import { type ProblemExample, UNAVAILABLE, WRITE_PROBLEMS } from "../http/openapi-parts.ts";
import type { DeleteEntrySchema, PatchEntrySchema, PostEntrySchema } from "./item-schema.ts";
import { CATALOG_PARAMETERS } from "./parameters.ts";
import { type CatalogAnswer, type CatalogItem, type CatalogStatus, STATUSES } from "./schema.ts";

/** What the documentation shows of this capability. */

const PEAK: z.infer<typeof PostEntrySchema> = {
  external_ref: "SKU-1",
  title: "Peak Milk, 150 g tin",
  brand: "Peak",
  category: "grocery",
  gtin: "5449000000996",
  image_url: "https://cdn.mamaput.example/peak-150.jpg",
  buy_url: "https://mamaput.example/p/peak-150",
  price: { amount: 125_000, currency: "NGN" },
  stock: { quantity: 12 },
  location_ref: "yaba-1",
  proof: {
    kind: "shelf_snap",
    media_url: "https://cdn.mamaput.example/snaps/8841.jpg",
    sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    captured_at: "2026-11-21T09:59:30Z",
    captured_lat: 6.5096,
    captured_lng: 3.3712,
  },
  observed_at: "2026-11-21T10:59:31+01:00",
};

export const POSTED = {
  items: [
    PEAK,
    {
      external_ref: "SKU-2",
      title: "Ijebu garri, 1 kg",
      price: { amount: 90_000, currency: "NGN" },
      stock: { quantity: 3 },
    },
  ],
};

export const PATCHED: { readonly items: readonly z.infer<typeof PatchEntrySchema>[] } = {
  items: [
    {
      external_ref: "SKU-1",
      price: { amount: 119_900, currency: "NGN" },
      observed_at: "2026-11-21T12:00:00Z",
    },
    { external_ref: "SKU-2", stock: { adjust: -1 } },
  ],
};

export const DELETED: z.infer<typeof DeleteEntrySchema> = { external_ref: "SKU-2", location_ref: "yaba-1" };

export const POSTED_CSV = `external_ref,title,price.amount,price.currency,stock.quantity,location_ref
SKU-1,"Peak Milk, 150 g tin",125000,NGN,12,yaba-1
SKU-2,"Ijebu garri, 1 kg",90000,NGN,3,yaba-1
`;
export const PATCHED_CSV = `external_ref,location_ref,stock.quantity,observed_at
SKU-1,yaba-1,11,2026-11-21T12:00:00Z
SKU-2,yaba-1,0,2026-11-21T12:00:00Z
`;
export const DELETED_CSV = `external_ref,location_ref
SKU-2,yaba-1
`;

const ITEM_1 = "itm_01k9w2kz3xe7g9m2c5v8b1n4sd";
const ITEM_2 = "itm_01k9w2kz3xe7g9m2c5v8b1n4se";

function answerOf(results: CatalogAnswer["results"]): CatalogAnswer {
  const countOf = (status: CatalogStatus) => results.filter((result) => result.status === status).length;
  const summary = Object.fromEntries(STATUSES.map((status) => [status, countOf(status)]));
  return { results, summary: summary as CatalogAnswer["summary"] };
}

export const POST_ANSWERED = answerOf([
  { index: 0, external_ref: "SKU-1", item_id: ITEM_1, status: "created", version: 1 },
  {
    index: 1,
    external_ref: "SKU-2",
    item_id: null,
    status: "rejected",
    version: null,
    errors: [
      {
        pointer: "/items/1/price/amount",
        code: "invalid",
        detail: "amount must be a whole number of minor units between 0 and 9007199254740991, such as 125000",
      },
    ],
  },
]);

export const PATCH_ANSWERED = answerOf([
  { index: 0, external_ref: "SKU-1", item_id: ITEM_1, status: "updated", version: 2 },
  {
    index: 1,
    external_ref: "SKU-2",
    item_id: ITEM_2,
    status: "rejected",
    version: null,
    errors: [
      {
        pointer: "/items/1/stock/adjust",
        code: "insufficient_stock",
        detail: "there is not so much: 0",
        quantity: 0,
      },
    ],
  },
]);

export const DELETE_ANSWERED = answerOf([
  { index: 0, external_ref: "SKU-2", item_id: ITEM_2, status: "deleted", version: 4 },
]);

export const LISTED: CatalogItem = {
  item_id: ITEM_1,
  external_ref: PEAK.external_ref,
  location_ref: "yaba-1",
  title: PEAK.title,
  description: null,
  brand: "Peak",
  category: "grocery",
  gtin: "05449000000996",
  image_url: "https://cdn.mamaput.example/peak-150.jpg",
  buy_url: "https://mamaput.example/p/peak-150",
  price: PEAK.price,
  stock: { quantity: 12, availability: "in_stock" },
  proof: {
    proof_id: "prf_01k9w2m0c8f2k5n7q9s1t3v5wx",
    kind: "shelf_snap",
    media_url: "https://cdn.mamaput.example/snaps/8841.jpg",
    sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    captured_at: "2026-11-21T09:59:30.000Z",
    captured_lat: 6.5096,
    captured_lng: 3.3712,
    received_at: "2026-11-21T09:59:33.120Z",
    distance_from_location_m: 16,
  },
  verification_method: "shelf_snap",
  verified_at: "2026-11-21T09:59:31.000Z",
  observed_at: "2026-11-21T09:59:31.000Z",
  version: 1,
  updated_at: "2026-11-21T09:59:33.120Z",
};

const ONE_PARAMETER = "One parameter is not valid.";

const KNOWN: readonly ProblemExample[] = [
  { code: "unauthorized", detail: "The key is not valid here." },
  { code: "forbidden", detail: "This needs a key with the scope catalog:write." },
  UNAVAILABLE,
];
export const READS: readonly ProblemExample[] = [
  {
    code: "invalid_parameter",
    detail: ONE_PARAMETER,
    errors: [
      { parameter: "limit", code: "invalid", detail: `limit must be ${CATALOG_PARAMETERS.limit.mustBe}` },
    ],
  },
  ...KNOWN,
];
export const WRITES: readonly ProblemExample[] = [
  {
    code: "invalid_parameter",
    detail: ONE_PARAMETER,
    errors: [
      { parameter: "upsert", code: "unknown", detail: 'unknown parameter "upsert"; none is accepted here' },
    ],
  },
  {
    code: "invalid_body",
    detail: "One thing in the body is not valid.",
    errors: [
      {
        pointer: "/items",
        code: "invalid",
        detail: "items must be a list of 1 to 1000 entries, with nothing beside it",
      },
    ],
  },
  {
    code: "conflict",
    detail: "What is there does not allow this: nothing was written.",
    errors: [
      {
        pointer: "/stock/adjust",
        code: "insufficient_stock",
        detail: "there are 3; what is left must lie between 0 and 1000000",
      },
    ],
  },
  ...WRITE_PROBLEMS.filter(({ code }) => code !== "unsupported_media_type"),
  {
    code: "unsupported_media_type",
    detail:
      "Send the body as JSON, with `Content-Type: application/json`, or as CSV, with `Content-Type: text/csv`.",
  },
  ...KNOWN,
];
