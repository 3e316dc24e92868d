import { describe, expect, it } from "vitest";
import { createRequestIds } from "../../src/http/request-ids.ts";

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("request ids", () => {
  it("are UUIDs, and of two isolates, or of one, no two are alike", () => {
    const [one, other] = [createRequestIds(), createRequestIds()];
    const ids = Array.from({ length: 5000 }, (_, i) => (i % 2 === 0 ? one() : other()));
    for (const id of ids) expect(id).toMatch(UUID_V4);
    expect(new Set(ids).size).toBe(5000);
  });
});
