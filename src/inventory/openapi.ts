import {
  jsonResponse,
  KEY,
  type OpenApiContribution,
  PERSON,
  problemResponses,
  SERVER_URL,
  UNAVAILABLE,
} from "../http/openapi-parts.ts";
import { openApiParameters } from "../http/query-parameters.ts";
import { NEARBY_PARAMETERS } from "./parameters.ts";
import { type NearbyAnswer, NearbyAnswerSchema, NearbyItemSchema } from "./schema.ts";

const FOUND: NearbyAnswer = {
  items: [
    {
      item_id: "itm_01k9w2m5q8e4frg6ynb3xtd7zc",
      external_ref: "SKU-1",
      title: "Coca-Cola 50cl",
      brand: "Coca-Cola",
      category: "grocery",
      gtin: "05449000000996",
      image_url: null,
      buy_url: "https://shop.example/p/sku-1",
      price: { amount: 125_000, currency: "NGN" },
      stock: { quantity: 12, availability: "in_stock" },
      verification: {
        method: "shelf_snap",
        verified_at: "2026-11-21T09:52:49.000Z",
        age_s: 431,
        expires_at: "2026-11-22T09:52:49.000Z",
        freshness: "fresh",
      },
      proof: {
        proof_id: "prf_01k9w2m7d2f0v8t5h1jr4q6kpa",
        kind: "shelf_snap",
        media_url: "https://shop.example/proofs/1.jpg",
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        captured_at: "2026-11-21T09:52:49.000Z",
        received_at: "2026-11-21T09:52:53.120Z",
        distance_from_location_m: 14,
      },
      location: {
        location_id: "loc_01k9w2kz3xe7g9m2c5v8b1n4sd",
        name: "Lekki Phase 1",
        partner_id: "ptr_01k9w2kt6fe1r8y3q5d7h9j2wa",
        partner_name: "Mama Put Stores",
        lat: 6.4349,
        lng: 3.4203,
        open_now: true,
      },
      distance_m: 773,
      delivery: {
        available: true,
        min_minutes: 14,
        max_minutes: 22,
        earliest_at: "2026-11-21T10:14:00.000Z",
        basis: "distance",
      },
    },
  ],
  next_cursor: null,
  query: { lat: 6.4281, lng: 3.4219, radius_m: 5000 },
  as_of: "2026-11-21T10:00:00.000Z",
};

const NOTHING_FOUND: NearbyAnswer = {
  items: [],
  next_cursor: null,
  query: { lat: 6.4281, lng: 3.4219, radius_m: 5000 },
  as_of: "2026-11-21T10:00:00.000Z",
  excluded: { availability: 3, quantity: 0, stale: 11, no_proof: 0, price: 0, closed: 0, not_deliverable: 0 },
  nearest_outside: { distance_m: 6120, count: 4 },
};

const CURL = `curl -G ${SERVER_URL}/inventory/nearby \\
  -H "Authorization: Bearer $SNAPACT_CONNECT_API_KEY" \\
  -d lat=6.4281 -d lng=3.4219`;

const ANSWERED = jsonResponse("What was found, nearest first unless `sort` says otherwise.", "NearbyAnswer", {
  found: { summary: "Something is near", value: FOUND },
  nothing: { summary: "Nothing is, and `explain=true` says why", value: NOTHING_FOUND },
});

const SERVER_TIMING_HEADER = {
  "Server-Timing": {
    description:
      "Which path answered and what it cost: `hot` from memory, with the age of the oldest part in milliseconds; or `cold` from the database, and why.",
    schema: { type: "string" },
  },
};

const CACHE_CONTROL_PARAMETER = {
  name: "Cache-Control",
  in: "header",
  required: false,
  description:
    "`no-cache` asks the database. `max-age=<seconds>` takes an answer that is at most so much behind it. Otherwise it is five seconds at most.",
  schema: { type: "string" },
  example: "no-cache",
};

/** What `inventory` adds to the OpenAPI document. */
export const inventoryOpenApi: OpenApiContribution = {
  tag: { name: "Inventory", description: "What is on the shelf, who says so, and how long ago." },
  schemas: { NearbyAnswer: NearbyAnswerSchema, NearbyItem: NearbyItemSchema },
  paths: {
    "/inventory/nearby": {
      get: {
        operationId: "findNearby",
        summary: "What is in stock near a point",
        description:
          "Items of approved partners at locations within `radius_m` of the delivery point, each with its stock, price, verification, proof, distance and delivery estimate. Give the point as `lat` and `lng`, or as `cell`. Needs a Connect key with the scope `inventory:read`, or a buyer's token.",
        tags: ["Inventory"],
        security: [...KEY, ...PERSON],
        parameters: [...openApiParameters(NEARBY_PARAMETERS), CACHE_CONTROL_PARAMETER],
        responses: {
          200: { ...ANSWERED, headers: { ...ANSWERED.headers, ...SERVER_TIMING_HEADER } },
          ...problemResponses(
            {
              code: "invalid_parameter",
              detail: "Two parameters are not valid.",
              errors: [
                {
                  parameter: "lat",
                  code: "invalid",
                  detail: `lat must be ${NEARBY_PARAMETERS.lat.mustBe}`,
                },
                {
                  parameter: "raduis_m",
                  code: "unknown",
                  detail: 'unknown parameter "raduis_m"; the nearest known one is radius_m',
                },
              ],
            },
            { code: "unauthorized", detail: "This key is not known, has expired or was revoked." },
            { code: "forbidden", detail: "This key lacks the scope inventory:read." },
            UNAVAILABLE,
          ),
        },
        "x-codeSamples": [
          { lang: "Shell", label: "Everything in stock nearby", source: CURL },
          {
            lang: "Shell",
            label: "A product with proof, deliverable now, earliest first",
            source: `${CURL} \\
  --data-urlencode "product=coca cola" -d proof=required \\
  -d open_now=true -d deliverable=true -d sort=delivery`,
          },
          {
            lang: "Shell",
            label: "Nothing found? Ask why",
            source: `${CURL} \\
  -d max_age_s=3600 -d explain=true`,
          },
        ],
      },
    },
  },
};
