import fc from "fast-check";
import { TypeID } from "typeid-js";
import { describe, expect, it } from "vitest";
import { parseWireId, uuidV7, wireId } from "../src/ids.ts";

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

describe("a new id", () => {
  const random = fc.uint8Array({ minLength: 10, maxLength: 10 });
  const instants = fc.integer({ min: 0, max: 2 ** 48 - 1 });

  it("is a UUID of version 7 that holds its millisecond", () => {
    fc.assert(
      fc.property(instants, random, (nowMs, bytes) => {
        const uuid = uuidV7(nowMs, bytes);
        expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(Number.parseInt(uuid.replaceAll("-", "").slice(0, 12), 16)).toBe(nowMs);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it("sorts by its millisecond, on the wire too", () => {
    fc.assert(
      fc.property(instants, instants, random, random, (a, b, bytesA, bytesB) => {
        fc.pre(a < b);
        expect(uuidV7(a, bytesA) < uuidV7(b, bytesB)).toBe(true);
        expect(wireId("key", uuidV7(a, bytesA)) < wireId("key", uuidV7(b, bytesB))).toBe(true);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it("has 74 random bits", () => {
    const differing = new Set<number>();
    const bitsOf = (bytes: Uint8Array) => BigInt(`0x${uuidV7(0, bytes).replaceAll("-", "")}`);
    for (let bit = 0; bit < 80; bit++) {
      const bytes = new Uint8Array(10);
      bytes[bit >> 3] = 1 << (bit & 7);
      for (let rest = bitsOf(bytes) ^ bitsOf(new Uint8Array(10)), at = 0; rest > 0n; rest >>= 1n, at++) {
        if (rest & 1n) differing.add(at);
      }
    }
    expect(differing.size).toBe(74);
  });
});
