import { describe, expect, it } from "vitest";
import { BodyBudget } from "../../src/http/body-budget.ts";

const MIB = 1024 * 1024;

describe("the bodies that an isolate works on at once", () => {
  it("are three of the largest, and no fourth one until one of them is done", () => {
    const budget = new BodyBudget();
    const done = budget.take(4 * MIB);
    budget.take(4 * MIB);
    budget.take(3 * MIB);
    expect(() => budget.take(4 * MIB)).toThrow(expect.objectContaining({ status: 503 }));
    budget.take(1 * MIB);
    done();
    budget.take(4 * MIB);
  });

  it("are many small ones", () => {
    const budget = new BodyBudget();
    for (let i = 0; i < 24; i++) budget.take(MIB / 2);
    expect(() => budget.take(1)).toThrow(expect.objectContaining({ headers: { "Retry-After": "1" } }));
  });
});
