import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wireId } from "../../src/ids.ts";
import { sql } from "../support/database.ts";

describe("the SQL function wire_id", () => {
  it("makes of every UUID what the Worker makes of it", async () => {
    const uuids = [
      "00000000-0000-0000-0000-000000000000",
      "ffffffff-ffff-ffff-ffff-ffffffffffff",
      ...fc.sample(fc.uuid(), { seed: 20_261_121, numRuns: 2000 }),
    ];
    const rows =
      await sql`SELECT wire_id('loc', id) AS made FROM unnest(${uuids}::uuid[]) WITH ORDINALITY AS u (id, n) ORDER BY n`;
    expect(rows.map(({ made }) => made)).toEqual(uuids.map((uuid) => wireId("loc", uuid)));
  });
});
