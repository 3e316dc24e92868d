import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { histories, LOCATION_REFS } from "./catalog-arbitraries.ts";
import { CatalogModel } from "./catalog-model.ts";
import { requestsOf } from "./catalog-requests.ts";
import { endOf } from "./ends.ts";

describe("the rules by themselves", () => {
  it("lead from the same observations to the same end, whatever the order, the split and the repetitions", () => {
    let listedCount = 0;
    fc.assert(
      fc.property(
        fc.array(histories, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 3 }),
        (all, locationCount) => {
          const [one, other] = ([0, 1] as const).map((order) => {
            const model = new CatalogModel(LOCATION_REFS.slice(0, locationCount));
            for (const request of requestsOf(all, order, locationCount)) model.apply(request);
            return model.listing();
          });
          listedCount += one!.length;
          expect(endOf(one!, "version", "updatedAtMs", "proofReceivedAtMs")).toEqual(
            endOf(other!, "version", "updatedAtMs", "proofReceivedAtMs"),
          );
        },
      ),
      { seed: 20_261_122, numRuns: 1000 },
    );
    expect(listedCount).toBeGreaterThan(300);
  });

  it("keep events and listing together: whoever follows the events knows what is listed", () => {
    fc.assert(
      fc.property(fc.array(histories, { minLength: 1, maxLength: 2 }), (all) => {
        const model = new CatalogModel(LOCATION_REFS);
        const [followed, newest] = [new Map<string, number>(), new Map<string, number>()];
        for (const request of requestsOf(all, 0, LOCATION_REFS.length)) {
          for (const event of model.apply(request).events) {
            const row = JSON.stringify([event.external_ref, event.location_ref]);
            expect(event.version).toBeGreaterThan(newest.get(row) ?? 0);
            newest.set(row, event.version);
            if (event.type === "catalog.item.deleted") expect(followed.delete(row)).toBe(true);
            else followed.set(row, event.version);
          }
        }
        const listed = model
          .listing()
          .map((row) => [JSON.stringify([row.external_ref, row.location_ref]), row.version]);
        expect(new Map(listed as [string, number][])).toEqual(followed);
      }),
      { seed: 20_261_122, numRuns: 300 },
    );
  });
});
