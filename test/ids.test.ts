import fc from "fast-check";
import { TypeID } from "typeid-js";
import { describe, expect, it } from "vitest";
import { parseWireId, wireId } from "../src/ids.ts";

const LETTERS = [..."0123456789abcdefghjkmnpqrstvwxyz"];
const suffixes = fc
  .tuple(
    fc.constantFrom(...LETTERS.slice(0, 8)),
    fc.array(fc.constantFrom(...LETTERS), { minLength: 25, maxLength: 25 }),
  )
  .map(([first, rest]) => first + rest.join(""));

describe("ids on the wire", () => {
  it("are TypeIDs, as the published library writes and reads them", () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        const id = wireId("itm", uuid);
        expect(id).toBe(TypeID.fromUUID("itm", uuid).toString());
        expect(parseWireId("itm", id)).toBe(uuid);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it("read back as written whatever 128 bits they hold, also those of no RFC 9562 version", () => {
    fc.assert(
      fc.property(suffixes, (suffix) => {
        const uuid = parseWireId("loc", `loc_${suffix}`);
        expect(uuid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
        expect(wireId("loc", uuid!)).toBe(`loc_${suffix}`);
      }),
      { seed: 2, numRuns: 2000 },
    );
  });

  it("sort as their UUIDs do", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (a, b) => {
        expect(wireId("itm", a) < wireId("itm", b)).toBe(a < b);
      }),
      { seed: 3, numRuns: 2000 },
    );
  });

  it.each([
    ["another prefix", "loc_01h455vb4pex5vsknk084sn02q"],
    ["no prefix", "01h455vb4pex5vsknk084sn02q"],
    ["upper case", "itm_01H455VB4PEX5VSKNK084SN02Q"],
    ["a letter that Crockford leaves out", "itm_01h455vb4pex5vsknk084sn02u"],
    ["more than 128 bits", "itm_81h455vb4pex5vsknk084sn02q"],
    ["a letter too few", "itm_01h455vb4pex5vsknk084sn02"],
    ["a letter too many", "itm_01h455vb4pex5vsknk084sn02qq"],
    ["nothing", ""],
  ])("are refused with %s", (_, text) => {
    expect(parseWireId("itm", text)).toBeUndefined();
  });
});
