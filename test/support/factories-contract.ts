import { describe, expect, it } from "vitest";
import { sql } from "./database.ts";
import { makeApiKey, makeItem, makeLocation, makePartner, makeProof, makeStock } from "./factories.ts";
import { claimRegion } from "./regions.ts";

/** What must hold wherever the tests run. */
export function describeFactories(runtime: string): void {
  describe(`the factories in ${runtime}`, () => {
    it("make a shop with an item on its shelf, proven", async () => {
      const region = await claimRegion(`factories in ${runtime}`);
      const partner = await makePartner();
      const location = await makeLocation(partner, region.at(100, -200));
      const item = await makeItem(partner, { title: "Coca-Cola 50cl" });
      const proof = await makeProof(location, item, { sha256: new Uint8Array(32).fill(7) });
      await makeStock(location, item, { proofId: proof.proofId });
      await makeApiKey(partner);
      const rows = await sql`
      SELECT l.h3_cell::text, i.search_keys, encode(p.sha256, 'hex') AS sha256, octet_length(k.sha256) AS key_bytes
      FROM stock_rows s JOIN locations l USING (location_id) JOIN items i USING (item_id)
        JOIN proofs p USING (proof_id) JOIN api_keys k ON k.partner_id = s.partner_id
      WHERE s.partner_id = ${partner.partnerId}`;
      expect(rows).toEqual([
        {
          h3_cell: location.h3Cell.toString(),
          search_keys: expect.arrayContaining(["coca", "cola"]),
          sha256: "07".repeat(32),
          key_bytes: 32,
        },
      ]);
    });
    it("give every suite a region of its own", async () => {
      const regions = await Promise.all(
        ["a", "b", "c"].map((suite) => claimRegion(`factories in ${runtime} ${suite}`)),
      );
      expect(new Set(regions.map(({ lat, lng }) => `${lat} ${lng}`)).size).toBe(3);
    });
  });
}
