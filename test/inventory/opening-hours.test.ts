import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isOpenAt, nextOpeningMs, type OpeningInterval } from "../../src/inventory/opening-hours.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
type Day = (typeof DAYS)[number];

const at = (instant: string): number => Date.parse(instant);
const every = (days: readonly Day[], opens: string, closes: string): OpeningInterval[] =>
  days.map((day) => ({ day, opens, closes }));

/** Whether the hours hold an instant, given as local time; all of them in Lagos (UTC+1), in the week of Monday 2026-11-16. */
const openInLagos = (hours: OpeningInterval[] | null, day: Day, time: string): boolean =>
  isOpenAt(hours, "Africa/Lagos", at(`2026-11-${16 + DAYS.indexOf(day)}T${time}+01:00`));

describe("opening hours", () => {
  it("that are absent mean always open, and an empty list never", () => {
    expect(openInLagos(null, "sun", "03:00")).toBe(true);
    expect(nextOpeningMs(null, "Africa/Lagos", 12_345)).toBe(12_345);
    expect(openInLagos([], "mon", "12:00")).toBe(false);
    expect(nextOpeningMs([], "Africa/Lagos", 12_345)).toBeNull();
  });

  it("include the minute of opening and exclude that of closing", () => {
    const hours = every(["tue"], "08:00", "20:00");
    const open = (time: string): boolean => openInLagos(hours, "tue", time);
    expect(["07:59:59.999", "08:00", "19:59:59.999", "20:00"].map(open)).toEqual([false, true, true, false]);
    expect(openInLagos(hours, "mon", "12:00")).toBe(false);
    expect(openInLagos(hours, "wed", "12:00")).toBe(false);
  });

  it("run over midnight when they close no later than they open, also from Sunday into Monday", () => {
    const hours = every(["fri", "sun"], "22:00", "02:00");
    expect(openInLagos(hours, "fri", "21:59")).toBe(false);
    expect(openInLagos(hours, "sat", "01:59")).toBe(true);
    expect(openInLagos(hours, "sat", "02:00")).toBe(false);
    expect(openInLagos(hours, "mon", "01:59")).toBe(true);
    expect(openInLagos(hours, "mon", "02:00")).toBe(false);
  });

  it.each([
    ["00:00", "24:00"],
    ["00:00", "00:00"],
  ])("from %s to %s are the whole day and no more", (opens, closes) => {
    const hours = every(["wed"], opens, closes);
    expect(openInLagos(hours, "tue", "23:59:59.999")).toBe(false);
    expect(openInLagos(hours, "wed", "00:00")).toBe(true);
    expect(openInLagos(hours, "wed", "23:59:59.999")).toBe(true);
    expect(openInLagos(hours, "thu", "00:00")).toBe(false);
  });

  it("that overlap or adjoin act as one, and a lunch break stays a break", () => {
    const hours = [
      ...every(["mon"], "12:00", "15:00"),
      ...every(["mon"], "08:00", "12:00"),
      ...every(["mon"], "16:00", "24:00"),
    ];
    expect(openInLagos(hours, "mon", "12:00")).toBe(true);
    expect(openInLagos(hours, "mon", "15:30")).toBe(false);
    expect(nextOpeningMs(hours, "Africa/Lagos", at("2026-11-16T15:30+01:00"))).toBe(
      at("2026-11-16T16:00+01:00"),
    );
  });

  it("open next on another day, in the next week if need be", () => {
    const hours = every(["mon", "thu"], "09:00", "17:00");
    const next = (now: string): number | null => nextOpeningMs(hours, "Africa/Lagos", at(now));
    expect(next("2026-11-16T09:00+01:00")).toBe(at("2026-11-16T09:00+01:00"));
    expect(next("2026-11-16T17:00+01:00")).toBe(at("2026-11-19T09:00+01:00"));
    expect(next("2026-11-19T17:00:00.001+01:00")).toBe(at("2026-11-23T09:00+01:00"));
  });

  it("are refused in a zone that does not exist", () => {
    expect(() => isOpenAt(every(["mon"], "09:00", "17:00"), "Mars/Olympus", 0)).toThrow(RangeError);
  });
});

describe("opening hours when the clock changes", () => {
  const next = (hours: OpeningInterval[], zone: string, now: string): number | null =>
    nextOpeningMs(hours, zone, at(now));

  it("keep their local time on both sides of the change", () => {
    const hours = every(["sat", "sun"], "09:00", "17:00");
    expect(next(hours, "America/New_York", "2026-03-07T22:00Z")).toBe(at("2026-03-08T09:00-04:00"));
    expect(next(hours, "America/New_York", "2026-10-31T21:00Z")).toBe(at("2026-11-01T09:00-05:00"));
  });

  it("that begin within the skipped hour begin right after it", () => {
    const hours = every(["sun"], "02:30", "10:00");
    expect(next(hours, "America/New_York", "2026-03-08T01:00-05:00")).toBe(at("2026-03-08T03:00-04:00"));
  });

  it("that lie wholly within the skipped hour fall out, until the next week", () => {
    const hours = every(["sun"], "02:15", "02:45");
    expect(next(hours, "America/New_York", "2026-03-08T01:00-05:00")).toBe(at("2026-03-15T02:15-04:00"));
  });

  it("that end within the repeated hour hold both times the clock shows it", () => {
    const hours = every(["sat"], "22:00", "01:30");
    const open = (now: string): boolean => isOpenAt(hours, "America/New_York", at(now));
    expect(open("2026-11-01T01:29-04:00")).toBe(true);
    expect(open("2026-11-01T01:30-04:00")).toBe(false);
    expect(open("2026-11-01T01:29-05:00")).toBe(true);
    expect(open("2026-11-01T01:30-05:00")).toBe(false);
    expect(next(hours, "America/New_York", "2026-11-01T01:30-04:00")).toBe(at("2026-11-01T01:00-05:00"));
  });

  it("fall out on a day that a zone skips", () => {
    const hours = every(["fri", "sun"], "09:00", "17:00");
    expect(next(hours, "Pacific/Apia", "2011-12-29T17:00-10:00")).toBe(at("2012-01-01T09:00+14:00"));
  });
});

describe("opening hours against a look at the wall clock, minute by minute", () => {
  const SPAN_DAYS = 20;
  const ASKED_DAYS = 5;

  interface WallMinute {
    readonly day: Day;
    readonly time: string;
  }

  /** What the wall clock shows in each minute of 20 days. */
  function wallClock(timeZone: string, startMs: number): WallMinute[] {
    const format = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
    });
    return Array.from({ length: (SPAN_DAYS * DAY_MS) / MINUTE_MS }, (_, minute) => {
      const shown = format.format(startMs + minute * MINUTE_MS);
      return { day: shown.slice(0, 3).toLowerCase() as Day, time: shown.slice(-5) };
    });
  }

  const dayBefore = (day: Day): Day => DAYS[(DAYS.indexOf(day) + 6) % 7]!;

  function signSaysOpen(hours: readonly OpeningInterval[], { day, time }: WallMinute): boolean {
    return hours.some(({ day: openingDay, opens, closes }) =>
      opens < closes
        ? openingDay === day && opens <= time && time < closes
        : (openingDay === day && opens <= time) || (openingDay === dayBefore(day) && time < closes),
    );
  }

  const clockTime = (maxMinutes: number): fc.Arbitrary<string> =>
    fc
      .oneof(
        fc.integer({ min: 0, max: maxMinutes }),
        fc.integer({ min: 0, max: 200 }),
        fc.constantFrom(0, 120, maxMinutes),
      )
      .map(
        (minutes) =>
          `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`,
      );
  const interval = fc.record({
    day: fc.oneof(fc.constantFrom(...DAYS), fc.constantFrom("sat" as const, "sun" as const)),
    opens: clockTime(24 * 60 - 1),
    closes: clockTime(24 * 60),
  });
  const someHours = fc.array(interval, { maxLength: 5 });

  it.each([
    ["UTC", "2026-11-16T00:00Z"],
    ["Africa/Lagos", "2026-12-28T00:00Z"],
    ["Asia/Kathmandu", "2026-02-24T00:00Z"],
    ["America/New_York", "2026-03-04T00:00Z"],
    ["America/New_York", "2026-10-28T00:00Z"],
    ["Europe/Berlin", "2026-03-25T00:00Z"],
    ["Europe/Berlin", "2026-10-21T00:00Z"],
    ["Australia/Lord_Howe", "2026-03-31T00:00Z"],
    ["Australia/Lord_Howe", "2026-09-29T00:00Z"],
    ["America/St_Johns", "2010-11-03T00:00Z"],
    ["America/St_Johns", "2026-03-04T00:00Z"],
    ["Asia/Jerusalem", "2023-03-20T00:00Z"],
    ["Pacific/Apia", "2011-12-26T00:00Z"],
  ])("in %s from %s: open or not, and when next", (timeZone, start) => {
    const startMs = at(start);
    const shown = wallClock(timeZone, startMs);
    const askedAt = fc.record({
      minute: fc.nat((ASKED_DAYS * DAY_MS) / MINUTE_MS),
      ms: fc.oneof(fc.constant(0), fc.nat(MINUTE_MS - 1)),
    });
    fc.assert(
      fc.property(someHours, fc.array(askedAt, { minLength: 10, maxLength: 10 }), (hours, moments) => {
        const open = shown.map((wall) => signSaysOpen(hours, wall));
        for (const { minute, ms } of moments) {
          const nowMs = startMs + minute * MINUTE_MS + ms;
          const opensAtMinute = open.indexOf(true, minute);
          const opensAtMs =
            opensAtMinute === -1 ? null : Math.max(nowMs, startMs + opensAtMinute * MINUTE_MS);
          expect(isOpenAt(hours, timeZone, nowMs)).toBe(open[minute]);
          expect(nextOpeningMs(hours, timeZone, nowMs)).toBe(opensAtMs);
        }
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it("the same hours in one zone after another", () => {
    const hours = every(DAYS, "09:00", "17:00");
    const zones = ["Africa/Lagos", "Asia/Kathmandu", "America/New_York"];
    const answers = zones.map((zone) =>
      [8, 12, 20].map((hour) => isOpenAt(hours, zone, at(`2026-11-16T${String(hour).padStart(2, "0")}:00Z`))),
    );
    expect(answers).toEqual([
      [true, true, false],
      [true, false, false],
      [false, false, true],
    ]);
  });

  it("every minute around the change, with hours that begin and end in the skipped or repeated hour", () => {
    const hours = [...every(["sat"], "22:00", "01:30"), ...every(["sun"], "02:15", "02:45")];
    for (const start of ["2026-03-07T00:00Z", "2026-10-31T00:00Z"]) {
      const shown = wallClock("America/New_York", at(start));
      const open = shown.map((wall) => signSaysOpen(hours, wall));
      const answers = open.map((_, minute) =>
        isOpenAt(hours, "America/New_York", at(start) + minute * MINUTE_MS),
      );
      expect(answers).toEqual(open);
    }
  });
});
