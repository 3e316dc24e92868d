import { describe, expect, it } from "vitest";
import { serverTiming } from "../../src/inventory/server-timing.ts";

describe("the Server-Timing header of an answer", () => {
  it("begins with the path that it took", () => {
    const hot = serverTiming({ kind: "hot", ms: 0, tiles: 3, ageMs: 1234, heldBytes: 39_000_000 });
    expect(hot).toBe('hot;dur=0, tiles;desc="3", age;dur=1234, held;desc="39000000"');
    const cold = serverTiming({ kind: "cold", ms: 14, reason: "too_dense", databaseMs: 12, heldBytes: 0 });
    expect(cold).toBe('cold;dur=14;desc="too_dense", db;dur=12, held;desc="0"');
  });
});
