import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseInstant } from "../../src/http/instant.ts";

const SEED = { seed: 20_261_121, numRuns: 2000 };
const two = (n: number) => String(n).padStart(2, "0");

describe("an RFC 3339 instant", () => {
  it("is the millisecond that Date says, with any offset", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: Date.parse("9999-12-30T00:00:00Z") }),
        fc.integer({ min: -1439, max: 1439 }),
        (instantMs, offsetMin) => {
          const local = new Date(instantMs + offsetMin * 60_000).toISOString().slice(0, -1);
          const sign = offsetMin < 0 ? "-" : "+";
          const far = Math.abs(offsetMin);
          expect(parseInstant(`${new Date(instantMs).toISOString()}`)).toBe(instantMs);
          if (!local.startsWith("1969")) {
            expect(parseInstant(`${local}${sign}${two(Math.floor(far / 60))}:${two(far % 60)}`)).toBe(
              instantMs,
            );
          }
        },
      ),
      SEED,
    );
  });

  it("names a day that the calendar has", () => {
    for (const year of [1970, 1999, 2000, 2023, 2024, 2100]) {
      for (let month = 0; month <= 13; month++) {
        for (let day = 0; day <= 32; day++) {
          const lastDay =
            month < 1 || month > 12
              ? 0
              : [31, leap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!;
          const text = `${year}-${two(month)}-${two(day)}T00:00:00Z`;
          expect([text, parseInstant(text) !== undefined]).toEqual([text, day >= 1 && day <= lastDay]);
        }
      }
    }
  });

  it.each([
    ["2026-11-21T10:00:00.9999Z", "2026-11-21T10:00:00.999Z"],
    ["2026-11-21T10:00:00.1Z", "2026-11-21T10:00:00.100Z"],
    ["1969-12-31T23:30:00-01:00", "1970-01-01T00:30:00Z"],
  ])("%s is %s, finer than milliseconds cut off", (text, same) => {
    expect(parseInstant(text)).toBe(Date.parse(same));
  });

  it.each([
    "1970-01-01T00:30:00+01:00",
    "1969-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z",
    "0099-12-31T23:59:59Z",
  ])("lies in 1970 or later, unlike %s", (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it.each([
    "",
    "2026-11-21",
    "2026-11-21t10:00:00z",
    "2026-11-21T10:00:00",
    "2026-11-21T25:00:00Z",
    "2026-11-21T10:00:60Z",
    "２026-11-21T10:00:00Z",
  ])("is not %j", (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});

function leap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
