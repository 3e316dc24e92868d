import { expect, it } from "vitest";
import { BlindAllowance } from "../../src/limits/blind-allowance.ts";

it("lets five requests a minute through, and counts them all", () => {
  const allowance = new BlindAllowance();
  const nowMs = Date.parse("2026-11-01T12:00:00Z");
  const at = (s: number) => allowance.admit(nowMs + 1000 * s);
  expect([0, 1, 2, 3, 4, 5, 59].map(at)).toEqual([1, 2, 3, 4, 5, undefined, undefined]);
  expect([60, 60, 61, 61].map(at)).toEqual([6, undefined, 7, undefined]);
});
