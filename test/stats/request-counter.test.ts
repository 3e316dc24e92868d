import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CountedRequest, RequestCounter } from "../../src/stats/request-counter.ts";
import { type Counts, countsOf, DURATION_BOUNDS_MS } from "../../src/stats/series.ts";

const requests: fc.Arbitrary<CountedRequest> = fc.record({
  route: fc.constantFrom("/a", "/b/:id", "(none)"),
  method: fc.constantFrom("GET", "POST"),
  status: fc.constantFrom(200, 404, 429),
  ms: fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 10_000 }), fc.constantFrom(...DURATION_BOUNDS_MS)),
  path: fc.constantFrom(undefined, "hot", "cold"),
  reason: fc.constantFrom(undefined, "old"),
  refusedBy: fc.constantFrom(undefined, "nearby", "failed-authentication"),
});

function total(counts: Counts, family: Parameters<typeof countsOf>[0]): number {
  return countsOf(family, counts).reduce((sum, { count }) => sum + count, 0);
}

describe("a counter", () => {
  it("counts what happened, by every label", () => {
    fc.assert(
      fc.property(fc.array(requests), (all) => {
        const counter = new RequestCounter();
        for (const request of all) counter.countRequest(request);
        const counts = counter.take();
        const matching = (is: (request: CountedRequest) => boolean): number => all.filter(is).length;
        for (const { labels, count } of countsOf("requests", counts)) {
          const { route, method, status } = labels;
          expect(count).toBe(
            matching((one) => one.route === route && one.method === method && `${one.status}` === status),
          );
        }
        for (const { labels, count } of countsOf("durations", counts)) {
          const [above = -1] = DURATION_BOUNDS_MS.filter((bound) => !(bound >= Number(labels.le_ms))).slice(
            -1,
          );
          const upTo = labels.le_ms === "+Inf" ? Number.POSITIVE_INFINITY : Number(labels.le_ms);
          const lower = labels.le_ms === "+Inf" ? 5000 : above;
          expect(count).toBe(matching(({ route, ms }) => route === labels.route && ms > lower && ms <= upTo));
        }
        for (const { labels, count } of countsOf("nearby", counts)) {
          const { path, reason } = labels;
          expect(count).toBe(matching((one) => one.path === path && (one.reason ?? "") === reason));
        }
        for (const { labels, count } of countsOf("refusals", counts)) {
          expect(count).toBe(matching(({ refusedBy }) => refusedBy === labels.policy));
        }
        expect(total(counts, "requests")).toBe(all.length);
        expect(total(counts, "durations")).toBe(all.length);
        expect(total(counts, "duration_ms")).toBe(all.reduce((sum, { ms }) => sum + ms, 0));
        expect(total(counts, "nearby")).toBe(matching(({ path }) => path !== undefined));
        expect(total(counts, "refusals")).toBe(matching(({ refusedBy }) => refusedBy !== undefined));
      }),
      { seed: 20261122 },
    );
  });

  it("begins anew when what it has is taken", () => {
    const counter = new RequestCounter();
    expect(counter.isEmpty).toBe(true);
    counter.countDatabaseError("timeout");
    expect(counter.isEmpty).toBe(false);
    expect(countsOf("database_errors", counter.take())).toEqual([{ labels: { kind: "timeout" }, count: 1 }]);
    expect(counter.isEmpty).toBe(true);
    expect(counter.take()).toEqual({});
  });

  it("holds a bounded number of counts, and counts the rest together", () => {
    const counter = new RequestCounter();
    for (let i = 0; i < 50_000; i++) {
      counter.countRequest({ route: `/${i % 9000}`, method: "GET", status: 100 + (i % 500), ms: 0 });
    }
    const counts = counter.take();
    expect(Object.keys(counts).length).toBeLessThan(7000);
    expect(total(counts, "requests")).toBe(50_000);
    expect(
      countsOf("requests", counts).find(({ labels }) => labels.route === "other")?.count,
    ).toBeGreaterThan(10_000);
  });
});
