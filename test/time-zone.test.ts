import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isTimeZone, nextOffsetChangeMs, zoneOffsetMs } from "../src/time-zone.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const zones = Intl.supportedValuesOf("timeZone").filter(isTimeZone);

/** The slow truth, from another face of Intl: "GMT-03:30" and the like. */
function statedOffsetMs(timeZone: string, instantMs: number): number {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" }).formatToParts(
    instantMs,
  );
  const stated = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign = "+", hours = 0, minutes = 0] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(stated) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

describe("a time zone", () => {
  it.each(["Africa/Lagos", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "UTC", "GMT"])("is %s", (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each([
    "",
    "Lagos",
    "Africa/Lagoss",
    "Africa/Lagos ",
    "Africa/",
    "/",
    "+01:00",
    "+0100",
    "Z",
    "PST",
    "IST",
    "Africa/Lagos\u0000",
    "../etc/passwd",
    "A/".repeat(10_000),
  ])("is not %j", (name) => {
    expect(isTimeZone(name)).toBe(false);
  });

  it("is nearly everything Intl itself lists", () => {
    expect(zones.length).toBeGreaterThan(400);
  });
});

describe("the offset of a zone", () => {
  it.each([
    ["UTC", "2026-07-01T00:00Z", 0],
    ["Africa/Lagos", "2026-07-01T00:00Z", 60],
    ["Asia/Kathmandu", "2026-07-01T00:00Z", 345],
    ["America/New_York", "2026-03-08T06:59:59.999Z", -300],
    ["America/New_York", "2026-03-08T07:00Z", -240],
    ["Australia/Lord_Howe", "2026-04-04T14:59:59.999Z", 660],
    ["Australia/Lord_Howe", "2026-04-04T15:00Z", 630],
    ["Pacific/Apia", "2011-12-30T09:59:59.999Z", -600],
    ["Pacific/Apia", "2011-12-30T10:00Z", 840],
  ])("%s at %s is %i minutes", (timeZone, instant, minutes) => {
    expect(zoneOffsetMs(timeZone, Date.parse(instant))).toBe(minutes * 60_000);
  });

  it("is what Intl states, for every zone at any instant from 1973 to 2090, asked in any order", () => {
    const instant = fc.integer({ min: Date.UTC(1973, 0), max: Date.UTC(2090, 0) });
    fc.assert(
      fc.property(fc.constantFrom(...zones), instant, (timeZone, instantMs) => {
        expect(zoneOffsetMs(timeZone, instantMs)).toBe(statedOffsetMs(timeZone, instantMs));
      }),
      { seed: 2, numRuns: 3000 },
    );
  });

  it("is refused for a zone that does not exist", () => {
    expect(() => zoneOffsetMs("Africa/Atlantis", 0)).toThrow(RangeError);
  });
});

describe("the next change of a zone's offset", () => {
  it.each([
    ["America/New_York", "2026-03-08T07:00Z"],
    ["America/New_York", "2026-11-01T06:00Z"],
    ["Europe/Berlin", "2026-10-25T01:00Z"],
    ["Pacific/Apia", "2011-12-30T10:00Z"],
    ["America/St_Johns", "2010-11-07T02:31Z"],
    // Falls on the first instant of one of the stretches in which offsets are remembered.
    ["Asia/Jerusalem", "2023-03-24T00:00Z"],
  ])("of %s is found at %s, no earlier and no later", (timeZone, instant) => {
    const changeMs = Date.parse(instant);
    expect(nextOffsetChangeMs(timeZone, changeMs - 7 * DAY_MS, changeMs + DAY_MS)).toBe(changeMs);
    expect(nextOffsetChangeMs(timeZone, changeMs - 1, changeMs)).toBe(changeMs);
    expect(nextOffsetChangeMs(timeZone, changeMs - 7 * DAY_MS, changeMs - 1)).toBeNull();
    expect(nextOffsetChangeMs(timeZone, changeMs, changeMs + 7 * DAY_MS)).toBeNull();
  });

  it("agrees with asking for every quarter of an hour of a year", () => {
    for (const timeZone of ["Africa/Casablanca", "Australia/Lord_Howe", "Asia/Jerusalem", "Africa/Lagos"]) {
      const startMs = Date.UTC(2023, 0);
      const endMs = startMs + 365 * DAY_MS;
      const expected: number[] = [];
      const clock = new Intl.DateTimeFormat("en-US", {
        timeZone,
        hourCycle: "h23",
        dateStyle: "short",
        timeStyle: "short",
      });
      const shownMs = (instantMs: number): number => Date.parse(`${clock.format(instantMs)} UTC`) - instantMs;
      for (let ms = startMs + HOUR_MS / 4; ms <= endMs; ms += HOUR_MS / 4) {
        if (shownMs(ms) !== shownMs(ms - HOUR_MS / 4)) expected.push(ms);
      }
      const found: number[] = [];
      let changeMs = nextOffsetChangeMs(timeZone, startMs, endMs);
      while (changeMs !== null) {
        found.push(changeMs);
        changeMs = nextOffsetChangeMs(timeZone, changeMs, endMs);
      }
      expect(found).toEqual(expected);
    }
  });
});
