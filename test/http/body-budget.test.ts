import { describe, expect, it } from "vitest";
import { BodyBudget } from "../../src/http/body-budget.ts";

const MIB = 1024 * 1024;

describe("the bodies that an isolate holds at once", () => {
  it("are three of the largest, and no fourth one until one of them is done", () => {
    const budget = new BodyBudget();
    const shares = [budget.open(), budget.open(), budget.open()];
    for (const share of shares) {
      share.add(3 * MIB);
      share.add(1 * MIB);
    }
    const fourth = budget.open();
    expect(() => fourth.add(1)).toThrow(
      expect.objectContaining({ status: 503, headers: { "Retry-After": "1" } }),
    );
    fourth.close();
    shares[0]!.close();
    shares[0]!.close();
    const again = budget.open();
    again.add(4 * MIB);
    expect(() => again.add(1)).toThrow(expect.objectContaining({ status: 503 }));
  });

  it("take no room before they arrive", () => {
    const budget = new BodyBudget();
    for (let i = 0; i < 100; i++) budget.open();
    expect(() => budget.open().add(12 * MIB)).not.toThrow();
  });
});
