import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReusedHeaders } from "../../src/http/reused-headers.ts";

const names = ["X-Request-Id", "Cache-Control", "Content-Type", "RateLimit", "Server-Timing"];
const wanted = fc
  .subarray(names)
  .chain((some) => fc.record(Object.fromEntries(some.map((name) => [name, fc.constantFrom("a", "b", "c")]))));

describe("headers that are used again", () => {
  it("are those that each answer wants and no others, also when others have been made since", () => {
    fc.assert(
      fc.property(fc.array(wanted), (all) => {
        const reused = new ReusedHeaders();
        const made = all.map((headers) => new Response("", { headers: reused.holding(headers) }).headers);
        const expected = all.map((headers) => new Response("", { headers }).headers);
        expect(made.map((headers) => [...headers])).toEqual(expected.map((headers) => [...headers]));
      }),
      { seed: 76, numRuns: 300 },
    );
  });
});
