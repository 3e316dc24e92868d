import fc from "fast-check";
import { queryStrings, questions } from "../inventory/nearby-arbitraries.ts";
import { questionsTo } from "../inventory/nearby-questions.ts";
import type { World } from "../inventory/nearby-world.ts";
import { nearbyPath } from "../support/nearby-model.ts";

const NEARBY = "/inventory/nearby";
const NAMES = [
  ...[
    "lat",
    "lng",
    "cell",
    "radius_m",
    "product",
    "category",
    "gtin",
    "partner_id",
    "location_id",
    "availability",
  ],
  ...[
    "min_qty",
    "max_age_s",
    "proof",
    "max_price",
    "currency",
    "open_now",
    "deliverable",
    "sort",
    "limit",
    "cursor",
  ],
  ...["explain", "Lat", "lat[]", "latitude", "__proto__", "constructor", "toString", "", "q"],
];

export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  /** Whether the question is a good one and whoever asks it may. */
  readonly good: boolean;
};

/** Headers of those who may ask what is nearby, and of those who may not. */
export type Credentials = {
  readonly good: readonly Record<string, string>[];
  readonly bad: readonly Record<string, string>[];
};

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ maxLength: 300 }),
  fc.double().map(String),
  fc.constantFrom(
    "",
    "0x10",
    "1e999",
    "91",
    "-0",
    "1,2",
    "true",
    "TRUE",
    "null",
    "\0",
    "' OR 1=1 --",
    "{{7*7}}",
    "../../etc/passwd",
  ),
  fc.constantFrom(
    "9".repeat(400),
    "in_stock,,",
    "88589a4653fffff",
    "loc_01k9w2kz3xe7g9m2c5v8b1n4sd",
    "\u202e\ud83d\ude00".repeat(99),
  ),
);
const wellEncoded = (text: string) => encodeURIComponent(text.toWellFormed());
const raw = fc.stringMatching(/^[A-Za-z0-9%&=+;:.,_[\]{}'*!~-]{0,120}$/);

/** Query strings that are wrong in one way, in several, or through and through. */
const badQueries = (world: World) =>
  fc.oneof(
    fc
      .tuple(
        questionsTo(world).map((question) => nearbyPath(question).split("?")[1] ?? ""),
        fc.array(fc.tuple(fc.constantFrom(...NAMES), hostile), { minLength: 1, maxLength: 3 }),
        fc.boolean(),
      )
      .map(([query, more, replace]) => {
        const names = new Set(more.map(([name]) => name));
        const rest = query.split("&").filter((pair) => !replace || !names.has(pair.split("=")[0] ?? ""));
        return [...rest, ...more.map(([name, text]) => `${wellEncoded(name)}=${wellEncoded(text)}`)].join(
          "&",
        );
      }),
    fc
      .array(fc.tuple(fc.constantFrom(...NAMES), raw), { maxLength: 30 })
      .map((pairs) => pairs.map(([n, v]) => `${n}=${v}`).join("&")),
    raw,
  );

const requestIds = fc.option(fc.stringMatching(/^[ -~]{0,140}$/), { nil: undefined });
const withId = (headers: Record<string, string>, id: string | undefined) =>
  id === undefined ? headers : { ...headers, "X-Request-Id": id };

/** Every kind of request, good and bad. */
export function stormRequests(world: World, credentials: Credentials): fc.Arbitrary<Asked> {
  const goodQueries = fc.oneof(
    questionsTo(world).map((question) => nearbyPath(question).slice(NEARBY.length + 1)),
    questions
      .map(({ texts }) => Object.fromEntries(Object.entries(texts).filter(([name]) => name !== "cursor")))
      .chain(queryStrings)
      .map((query) => query.replace(/^\?/, "")),
  );
  const [goodOnes, badOnes] = [fc.constantFrom(...credentials.good), fc.constantFrom(...credentials.bad)];
  const good = fc
    .tuple(fc.constantFrom("GET", "GET", "GET", "HEAD"), goodQueries, goodOnes, requestIds)
    .map(([method, query, headers, id]) => ({
      method,
      path: `${NEARBY}?${query}`,
      headers: withId(headers, id),
      good: true,
    }));
  const bad = fc
    .tuple(fc.constantFrom("GET", "GET", "HEAD"), badQueries(world), goodOnes, requestIds)
    .map(([method, query, headers, id]) => ({
      method,
      path: `${NEARBY}?${query}`,
      headers: withId(headers, id),
      good: false,
    }));
  const stranger = fc
    .tuple(fc.oneof(goodQueries, badQueries(world)), badOnes)
    .map(([query, headers]) => ({ method: "GET", path: `${NEARBY}?${query}`, headers, good: false }));
  const elsewhere = fc
    .tuple(
      fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"),
      fc.constantFrom(
        NEARBY,
        `${NEARBY}/`,
        `/${NEARBY}`,
        "/inventory",
        "/inventory/nearb%ZZ",
        "/inventory%2Fnearby",
        "/%00",
        "/.git/config",
      ),
      goodOnes,
    )
    .map(([method, path, headers]) => ({ method, path, headers, good: false }));
  return fc.oneof(
    { arbitrary: good, weight: 5 },
    { arbitrary: bad, weight: 4 },
    { arbitrary: stranger, weight: 1 },
    { arbitrary: elsewhere, weight: 1 },
  );
}
