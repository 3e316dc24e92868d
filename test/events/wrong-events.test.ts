import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CURRENCIES } from "../../src/currencies.ts";
import { readEventsRequest } from "../../src/events/read-events.ts";
import { Problem } from "../../src/http/problem.ts";
import { NOW_MS } from "./event-arbitraries.ts";
import { HASH, type WireEvent } from "./events-app.ts";

const RIGHT: WireEvent = {
  event_id: "sale-1",
  type: "commerce.purchase",
  occurred_at: "2026-11-21T10:59:31+01:00",
  external_ref: "SKU-1",
  value: { amount: 100, currency: "NGN" },
  user_data: { email_sha256: HASH },
};

async function read(body: unknown) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const request = new Request("https://service.example/connect/v1/events", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
  });
  return await readEventsRequest(request, new TextEncoder().encode(text), "partner:1", NOW_MS);
}

/** What is wrong with the second of three events. */
async function errorsOf(wrong: unknown) {
  const { events, rejected } = await read({ events: [RIGHT, wrong, { ...RIGHT, event_id: "sale-2" }] });
  expect(events.map(({ index }) => index)).toEqual(rejected.length === 0 ? [0, 1, 2] : [0, 2]);
  return rejected.flatMap(({ errors }) => errors);
}
async function refusal(body: unknown) {
  try {
    await read(body);
  } catch (error) {
    if (error instanceof Problem) return error.errors;
    throw error;
  }
  throw new Error("it was read");
}

const NO_TEXT = [1, true, [], {}, null];
const NO_HASH = [
  ...NO_TEXT.slice(0, -1),
  "",
  "ada@example.com",
  "+234 803 123 4567",
  HASH.slice(1),
  `${HASH}0`,
  ` ${HASH}`,
  `${HASH}\n`,
  `g${HASH.slice(1)}`,
];
const WRONG_NAMES = [
  "",
  "Em",
  "1em",
  "_em",
  "e-m",
  "e.m",
  "e m",
  "em\n",
  "ẹmail",
  "__proto__",
  "ada@example.com",
  `x${"y".repeat(64)}`,
];
const WRONG: readonly (readonly [path: string, values: readonly unknown[]])[] = [
  ["event_id", [...NO_TEXT, "", "x".repeat(129), "😀".repeat(129), "a\0b", "\ud800"]],
  [
    "type",
    [
      ...NO_TEXT,
      "purchase",
      "commerce.",
      "commerce",
      "commerce.*",
      "Commerce.purchase",
      "commerce.a..b",
      "commerce.a.",
      "commerce.a b",
      "commerce.ọjà",
      " commerce.a",
      "commerce.a\n",
      "order.paid",
      "*",
      `commerce.${"x".repeat(56)}`,
    ],
  ],
  [
    "occurred_at",
    [...NO_TEXT, "", "now", "2026-11-21", "2026-11-21T10:00:00", NOW_MS, "2026-02-29T10:00:00Z"],
  ],
  ["occurred_at", ["2026-11-21T10:05:00.001Z", "9999-12-31T23:59:59Z"]],
  ["occurred_at", ["2026-08-23T09:59:59.999Z", "1970-01-01T00:00:00Z"]],
  ["external_ref", [1, true, [], {}, "", "x".repeat(129), "\0", "\udc00"]],
  ["value", [1, "100", true, []]],
  ["value/amount", ["1", null, -1, 0.5, 2 ** 53, true]],
  ["value/currency", [null, "ngn", "XXX", "NG", "₦", "", 566]],
  ["user_data", [1, "ada@example.com", true, []]],
  ["user_data", WRONG_NAMES.map((name) => JSON.parse(`{${JSON.stringify(name)}:"${HASH}"}`))],
  ["user_data", NO_HASH.flatMap((value) => [{ em: value }, { constructor: value }])],
  ["user_data", [Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`h${i}`, HASH]))]],
  ["user_data/email_sha256", NO_HASH],
  ["user_data/country_sha256", NO_HASH],
];

function withValue(path: string, value: unknown): WireEvent {
  const [name = "", inner] = path.split("/");
  return { ...RIGHT, [name]: inner === undefined ? value : { ...(RIGHT[name] as object), [inner]: value } };
}

describe("a commerce event that is wrong", () => {
  it.each(WRONG)("is rejected with a pointer to %s, and costs no other", async (path, values) => {
    for (const value of values) {
      const errors = await errorsOf(withValue(path, value));
      expect([value, errors.map(({ pointer }) => pointer)]).toEqual([value, [`/events/1/${path}`]]);
      expect(errors[0]?.detail).toMatch(/ must (be|not) | is missing; /);
    }
  });

  it.each(["event_id", "type", "occurred_at", "value/amount", "value/currency"])(
    "is told that %s is missing",
    async (path) => {
      expect(await errorsOf(withValue(path, undefined))).toMatchObject([
        { pointer: `/events/1/${path}`, code: "missing" },
      ]);
    },
  );

  it("is told when its time is wrong, and what time it is", async () => {
    expect(await errorsOf(withValue("occurred_at", "2026-11-21T10:05:00.001Z"))).toEqual([
      {
        pointer: "/events/1/occurred_at",
        code: "future",
        detail:
          "occurred_at must not lie more than 5 minutes ahead of now, which is 2026-11-21T10:00:00.000Z",
      },
    ]);
    expect(await errorsOf(withValue("occurred_at", "2026-08-23T09:59:59.999Z"))).toEqual([
      {
        pointer: "/events/1/occurred_at",
        code: "too_old",
        detail: "occurred_at must not lie more than 90 days before now, which is 2026-11-21T10:00:00.000Z",
      },
    ]);
    for (const edge of ["2026-11-21T10:05:00Z", "2026-08-23T10:00:00Z"]) {
      expect(await errorsOf(withValue("occurred_at", edge))).toEqual([]);
    }
  });

  it("is told what an unknown member was meant to be", async () => {
    expect(await errorsOf({ ...RIGHT, eventId: "x" })).toMatchObject([
      { pointer: "/events/1/eventId", code: "unknown", detail: expect.stringMatching("is event_id$") },
    ]);
  });

  it.each([null, 1, "sale-1", []])("is not even an object: %j", async (sent) => {
    expect(await errorsOf(sent)).toMatchObject([{ pointer: "/events/1", code: "invalid" }]);
  });

  it("may leave out, or say null of, what it may leave out", async () => {
    const { event_id, type, occurred_at } = RIGHT;
    for (const nothing of [null, undefined]) {
      const bare = { event_id, type, occurred_at, external_ref: nothing, value: nothing, user_data: nothing };
      const { events } = await read(bare);
      expect(events).toMatchObject([{ externalRef: null, value: null, userData: null }]);
    }
    expect((await read({ ...RIGHT, user_data: { email_sha256: null } })).events[0]?.userData).toBeNull();
  });

  it("may name its hashes as it likes, and write them in either case", async () => {
    const name64 = `x${"_9".repeat(31)}z`;
    const user_data = { em: HASH.toUpperCase(), [name64]: HASH, constructor: HASH, ph: null };
    const { events } = await read({ ...RIGHT, user_data });
    expect(events[0]?.userData).toEqual({ em: HASH, [name64]: HASH, constructor: HASH });
    const twenty = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`h${i}`, HASH]));
    expect((await read({ ...RIGHT, user_data: twenty })).events[0]?.userData).toEqual(twenty);
  });

  it("takes every currency that people pay with", async () => {
    for (const currency of CURRENCIES) {
      expect(await errorsOf({ ...RIGHT, value: { amount: 0, currency } })).toEqual([]);
    }
  });
});

describe("a body that holds no commerce events", () => {
  it.each([
    ["", "", "syntax"],
    ["{", "", "syntax"],
    ["[]", "", "invalid"],
    ["null", "", "invalid"],
    ['{"events":[]}', "/events", "invalid"],
    ['{"events":{}}', "/events", "invalid"],
    [{ events: Array(501).fill(RIGHT) }, "/events", "invalid"],
    [{ events: [RIGHT], event_id: "x" }, "/event_id", "unknown"],
    [{ ...RIGHT, type: "\0" }, "/type", "nul"],
  ])("is refused: %j", async (body, pointer, code) => {
    expect(await refusal(body)).toMatchObject([{ pointer, code }]);
  });
});

describe("what should have been hashed", () => {
  const SECRET = "ada.lovelace@example.com";
  /** User data that holds it in one place or another, be it as a value, a name, or deeper. */
  const unhashed = fc
    .tuple(
      fc.constantFrom(
        "email_sha256",
        "phone_sha256",
        "em",
        "ada_lovelace",
        "constructor",
        SECRET,
        "\0",
        `${SECRET}\0`,
      ),
      fc.oneof(
        fc.constantFrom(
          SECRET,
          `${SECRET}\0`,
          ` ${SECRET}`,
          [SECRET],
          { [SECRET]: 1 },
          { a: { [SECRET]: "\0" } },
        ),
        fc.constant(HASH),
      ),
    )
    .map(([name, value]) =>
      value === HASH && /^[a-z_0-9]+$/.test(name) ? { [name]: SECRET } : { [name]: value },
    )
    .map((member) => ({ ...(RIGHT["user_data"] as object), ...member }));

  it("is refused wherever it stands, told how to mend it, and never repeated", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(unhashed, fc.constantFrom(SECRET, [SECRET])),
        fc.boolean(),
        async (user_data, bare) => {
          const wrong = { ...RIGHT, user_data };
          const said =
            bare && /\\u0000/.test(JSON.stringify(wrong)) ? await refusal(wrong) : await errorsOf(wrong);
          expect(said?.length).toBeGreaterThan(0);
          expect(JSON.stringify(said)).not.toContain("lovelace");
          for (const error of said ?? []) {
            expect("pointer" in error && error.pointer).toMatch(/\/user_data(\/(email|phone)_sha256)?$/);
          }
          if (!JSON.stringify(wrong).includes("\\u0000"))
            expect(JSON.stringify(said)).toContain("hash it before");
        },
      ),
      { seed: 20_261_122, numRuns: 300 },
    );
  });
});
