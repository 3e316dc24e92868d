import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReusedHeaders } from "../../src/http/reused-headers.ts";

const names = ["X-Request-Id", "Cache-Control", "Content-Type", "RateLimit", "Server-Timing"];
const wanted = fc
  .subarray(names)
  .chain((some) =>
    fc.record(Object.fromEntries(some.map((name) => [name, fc.constantFrom("a", "b", "c", "no\nheader")]))),
  );

/** Without headers when one of them cannot be one. */
function answerWith(headers: () => HeadersInit): Response {
  try {
    return new Response("", { headers: headers() });
  } catch {
    return new Response(null);
  }
}

describe("headers that are used again", () => {
  it("are those that each answer wants and no others, also when others have been made since, or could not be", () => {
    fc.assert(
      fc.property(fc.array(wanted), (all) => {
        const reused = new ReusedHeaders();
        const made = all.map((headers) => answerWith(() => reused.holding(headers)));
        const expected = all.map((headers) => answerWith(() => headers));
        expect(made.map((answer) => [...answer.headers])).toEqual(
          expected.map((answer) => [...answer.headers]),
        );
      }),
      { seed: 76, numRuns: 300 },
    );
  });
});
