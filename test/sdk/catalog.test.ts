import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type CatalogReport,
  type ItemInput,
  type Progress,
  SnapActApiError,
  SnapActBatchError,
  type SnapActConnect,
} from "../../src/sdk/index.ts";
import { newPartner, type Partner, type SdkWorld, startSdkWorld } from "./sdk-world.ts";

let world: SdkWorld;
beforeAll(async () => {
  world = await startSdkWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const itemOf = (ref: string, quantity = 12): ItemInput => ({
  external_ref: ref,
  title: `Title of ${ref}`,
  price: { amount: 125_000, currency: "NGN" },
  stock: { quantity },
});
const manyItems = (count: number): ItemInput[] => Array.from({ length: count }, (_, n) => itemOf(`SKU-${n}`));
const quantitiesOf = async (connect: SnapActConnect): Promise<Record<string, number>> => {
  const quantities: Record<string, number> = {};
  for await (const { items } of connect.catalog.listPages({ limit: 1000 })) {
    for (const { external_ref, stock } of items) quantities[external_ref] = stock.quantity;
  }
  return quantities;
};
const statusesOf = ({ results }: CatalogReport) => results.map(({ index, status }) => [index, status]);
const failure = async (promise: Promise<unknown>): Promise<unknown> =>
  await promise.then(
    () => expect.unreachable("it succeeded"),
    (error: unknown) => error,
  );
const batchFailure = async (promise: Promise<unknown>): Promise<SnapActBatchError> => {
  const error = await failure(promise);
  expect(error).toBeInstanceOf(SnapActBatchError);
  return error as SnapActBatchError;
};
/** Does what is asked, and loses the answer. */
const losingAnswers = ({ wire }: Partner, times: number): Partner["wire"] => {
  let left = times;
  return async (url, init) => {
    const response = await wire(url, init);
    if (left-- > 0) throw new TypeError("fetch failed", { cause: new Error("socket hang up") });
    return response;
  };
};
/** Does not come through. */
const losingRequests = ({ wire }: Partner, times: number): Partner["wire"] => {
  let left = times;
  return async (url, init) => {
    if (left-- > 0) throw new TypeError("fetch failed", { cause: new Error("connect ETIMEDOUT") });
    return await wire(url, init);
  };
};

describe("many items", () => {
  it("travel in as many requests as it takes; each has its result, in order, and progress is told", async () => {
    const { connect, sent } = await newPartner(world);
    const told: Progress<string>[] = [];
    const items = manyItems(2345);
    const { results, summary } = await connect.catalog.upsert(items, { onProgress: (p) => told.push(p) });
    expect(results.map(({ index, external_ref }) => [index, external_ref])).toEqual(
      items.map(({ external_ref }, index) => [index, external_ref]),
    );
    expect(summary).toMatchObject({ created: 2345, updated: 0, rejected: 0 });
    expect(sent.map(({ method, body }) => [method, JSON.parse(body!).items.length])).toEqual([
      ["POST", 1000],
      ["POST", 1000],
      ["POST", 345],
    ]);
    expect(told.map(({ total }) => total)).toEqual([2345, 2345, 2345]);
    expect(told.at(-1)).toEqual({ done: 2345, total: 2345, summary });
    expect(Object.keys(await quantitiesOf(connect))).toHaveLength(2345);
  });

  it("travel in requests that are not too large to be taken", async () => {
    const { connect, sent } = await newPartner(world);
    // Each character is three bytes.
    const items = manyItems(1000).map((item) => ({ ...item, description: "–".repeat(2000) }));
    const { summary } = await connect.catalog.upsert(items);
    expect(summary.created).toBe(1000);
    expect(sent.length).toBeGreaterThan(1);
    for (const { body } of sent) expect(Buffer.byteLength(body!)).toBeLessThanOrEqual(3_500_000);
  });

  it("may be one, or none", async () => {
    const { connect, sent } = await newPartner(world);
    expect(await connect.catalog.upsert([])).toEqual({
      results: [],
      summary: expect.objectContaining({ created: 0 }),
    });
    expect(sent).toEqual([]);
    const report = await connect.catalog.upsert(itemOf("SKU"));
    expect(report.results).toMatchObject([{ index: 0, external_ref: "SKU", status: "created", version: 1 }]);
  });

  it("named alike end as the last of them, whatever fails on the way", async () => {
    const partner = await newPartner(world);
    const items = [...manyItems(1000), ...manyItems(1000), itemOf("SKU-0", 1)];
    partner.wire = losingRequests(partner, 1);
    await partner.connect.catalog.upsert(items, { concurrency: 4 });
    expect((await quantitiesOf(partner.connect))["SKU-0"]).toBe(1);
  });
});

describe("what is wrong with an item", () => {
  it("costs no other, and is told where the caller put it", async () => {
    const { connect } = await newPartner(world);
    const items = manyItems(1002);
    items[1] = { ...itemOf("bad-price"), price: { amount: -1, currency: "NGN" } };
    items[1001] = { ...itemOf("no-title"), title: "" };
    const { results, summary } = await connect.catalog.upsert(items);
    expect(summary).toMatchObject({ created: 1000, rejected: 2 });
    expect(results[1]).toMatchObject({
      index: 1,
      external_ref: "bad-price",
      status: "rejected",
      errors: [{ pointer: "/items/1/price/amount", code: "invalid" }],
    });
    expect(results[1001]?.errors).toMatchObject([{ pointer: "/items/1001/title" }]);
  });

  it("is told also when all of a request are wrong, which the service refuses as a whole", async () => {
    const { connect } = await newPartner(world);
    const bad = { ...itemOf("bad"), title: "" };
    const { results, summary } = await connect.catalog.upsert([...manyItems(1000), bad, bad]);
    expect(summary).toMatchObject({ created: 1000, rejected: 2 });
    expect(results.slice(1000)).toMatchObject([
      { index: 1000, status: "rejected", errors: [{ pointer: "/items/1000/title" }] },
      { index: 1001, status: "rejected", errors: [{ pointer: "/items/1001/title" }] },
    ]);
    const short = await connect.catalog.update({ external_ref: "SKU-0", stock: { adjust: -13 } });
    expect(short.results).toMatchObject([
      {
        status: "rejected",
        errors: [{ pointer: "/items/0/stock/adjust", code: "insufficient_stock", quantity: 12 }],
      },
    ]);
  });

  it("may be that it is larger than any request", async () => {
    const { connect } = await newPartner(world);
    const huge = { ...itemOf("huge"), description: "x".repeat(5_000_000) };
    const { results, summary } = await connect.catalog.upsert([itemOf("a"), huge, itemOf("b")]);
    expect(results.map(({ status }) => status)).toEqual(["created", "rejected", "created"]);
    expect(results[1]).toMatchObject({
      index: 1,
      external_ref: "huge",
      errors: [{ pointer: "/items/1", code: "payload_too_large" }],
    });
    expect(summary).toMatchObject({ created: 2, rejected: 1 });
  });

  it("may be anything that plain JavaScript can pass", async () => {
    const { connect } = await newPartner(world);
    const odd = [null, undefined, 7, "text", [], {}, { external_ref: 5 }, itemOf("fine"), itemOf("\ud800")];
    const { results } = await connect.catalog.upsert(odd as ItemInput[]);
    expect(results.map(({ status }) => status)).toEqual(
      odd.map((_, n) => (n === 7 ? "created" : "rejected")),
    );
  });
});

describe("what fails on the way", () => {
  it("a lost answer: the same is sent again, and is done once", async () => {
    const partner = await newPartner(world);
    await partner.connect.catalog.upsert(itemOf("SKU", 10));
    partner.sent.length = 0;
    partner.wire = losingAnswers(partner, 1);
    const report = await partner.connect.catalog.update({ external_ref: "SKU", stock: { adjust: -1 } });
    expect(partner.sent).toHaveLength(2);
    expect(statusesOf(report)).toEqual([[0, "updated"]]);
    expect(await quantitiesOf(partner.connect)).toEqual({ SKU: 9 });
  });

  it("a refusal: nothing more is sent; what was done and what was not is told, with the reason", async () => {
    const partner = await newPartner(world);
    const { wire } = partner;
    partner.wire = (url, init) =>
      init.body?.includes('"SKU-1000"')
        ? wire(url, { ...init, headers: { ...init.headers, Authorization: "Bearer wrong" } })
        : wire(url, init);
    const error = await batchFailure(partner.connect.catalog.upsert(manyItems(3001), { concurrency: 1 }));
    expect(error.cause).toBeInstanceOf(SnapActApiError);
    expect(error.cause).toMatchObject({ status: 401, code: "unauthorized" });
    expect(error.message).toContain("2001 of 3001 were not answered: HTTP 401");
    expect(error.results.map(({ index }) => index)).toEqual(Array.from({ length: 1000 }, (_, n) => n));
    expect(error.unanswered).toEqual(Array.from({ length: 2001 }, (_, n) => 1000 + n));
    expect(partner.sent).toHaveLength(2);
  });

  it("the caller's key: the same call by another process is done once", async () => {
    const { connect, sent } = await newPartner(world);
    await connect.catalog.upsert([itemOf("a", 10), itemOf("b", 10)]);
    const sale = [
      { external_ref: "a", stock: { adjust: -1 } },
      { external_ref: "b", stock: { adjust: -2 } },
    ];
    const first = await connect.catalog.update(sale, { idempotencyKey: "receipt-1" });
    expect(await connect.catalog.update(sale, { idempotencyKey: "receipt-1" })).toEqual(first);
    expect(await quantitiesOf(connect)).toEqual({ a: 9, b: 8 });
    expect(sent.filter(({ method }) => method === "PATCH")).toHaveLength(2);
  });

  it("an end by the caller's signal is told like any other, with what was done", async () => {
    const partner = await newPartner(world);
    const aborter = new AbortController();
    const error = await batchFailure(
      partner.connect.catalog.upsert(manyItems(3000), {
        concurrency: 1,
        signal: aborter.signal,
        onProgress: () => aborter.abort(new Error("the till was closed")),
      }),
    );
    expect(error.cause).toMatchObject({ message: "the till was closed" });
    expect(error.results).toHaveLength(1000);
  });

  it("what JSON cannot say ends the call, and what was done before is told", async () => {
    const { connect } = await newPartner(world);
    const odd = { ...itemOf("odd"), description: 1n } as unknown as ItemInput;
    const error = await batchFailure(connect.catalog.upsert([...manyItems(1500), odd], { concurrency: 1 }));
    expect(error.cause).toBeInstanceOf(TypeError);
    expect(error.results).toHaveLength(1000);
  });

  it.each([0, 11, 1.5])("a concurrency of %o is a mistake", async (concurrency) => {
    const { connect, sent } = await newPartner(world);
    expect(await failure(connect.catalog.upsert(itemOf("a"), { concurrency }))).toBeInstanceOf(TypeError);
    expect(await failure(connect.catalog.upsert(itemOf("a"), { idempotencyKey: "ü" }))).toBeInstanceOf(
      TypeError,
    );
    expect(sent).toEqual([]);
  });
});

describe("reading and taking off", () => {
  it("the list is read page by page, each when it is wanted", async () => {
    const { connect, sent } = await newPartner(world);
    await connect.catalog.upsert(manyItems(5));
    sent.length = 0;
    const refs: string[][] = [];
    for await (const { items } of connect.catalog.listPages({ limit: 2, availability: ["in_stock"] })) {
      refs.push(items.map(({ external_ref }) => external_ref));
      expect(sent).toHaveLength(refs.length);
    }
    expect(refs.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(refs.flat().sort()).toEqual(manyItems(5).map(({ external_ref }) => external_ref));
    expect((await connect.catalog.list({ external_ref: "SKU-3" })).items).toHaveLength(1);
  });

  it("items are taken off by their names", async () => {
    const { connect } = await newPartner(world);
    await connect.catalog.upsert(manyItems(3));
    const report = await connect.catalog.delete([{ external_ref: "SKU-1" }, { external_ref: "nobody" }]);
    expect(statusesOf(report)).toEqual([
      [0, "deleted"],
      [1, "not_found"],
    ]);
    expect(Object.keys(await quantitiesOf(connect)).sort()).toEqual(["SKU-0", "SKU-2"]);
  });
});
