import { describe, expect, it } from "vitest";
import { chargedUntilMs, LEASE_LIFE_MS } from "../../src/limits/charge-time.ts";
import { ALL_PERMITS, type LeaseCall } from "../../src/limits/lease-call.ts";
import { Ledger } from "../../src/limits/ledger.ts";

const NOW_MS = Date.parse("2026-11-01T12:00:00Z");
const WINDOW_MS = 300_000;
let seq = 0;

function call(members: Partial<LeaseCall> = {}): LeaseCall {
  return {
    holder: "isolate",
    seq: seq++,
    limit: 10,
    windowMs: WINDOW_MS,
    needed: 1,
    ahead: 0,
    unspent: [],
    ...members,
  };
}

describe("a ledger", () => {
  it("grants what is needed as long as there is some, and says when there will be more", () => {
    const ledger = new Ledger();
    expect(ledger.answer(call({ needed: 8 }), NOW_MS).reply.granted).toBe(8);
    expect(ledger.answer(call({ needed: 8 }), NOW_MS).reply).toEqual({
      granted: 2,
      available: 0,
      moreInMs: chargedUntilMs(NOW_MS, WINDOW_MS) - NOW_MS,
    });
  });

  it("grants only a quarter of the rest ahead", () => {
    const { reply } = new Ledger().answer(call({ limit: 100, needed: 20, ahead: 70 }), NOW_MS);
    expect(reply).toMatchObject({ granted: 40, available: 60 });
  });

  it("charges a permit for a window, its life and twice the skew of clocks, rounded up to 250 ms", () => {
    const ledger = new Ledger();
    ledger.answer(call({ needed: 10 }), NOW_MS + 1);
    const releasedMs = NOW_MS + WINDOW_MS + LEASE_LIFE_MS + 500;
    expect(ledger.answer(call(), releasedMs - 1).reply).toMatchObject({ granted: 0, moreInMs: 1 });
    expect(ledger.answer(call(), releasedMs).reply).toMatchObject({ granted: 1, available: 9 });
  });

  it("charges a call that is sent again once, and from then on", () => {
    const ledger = new Ledger();
    const lost = call({ needed: 4 });
    ledger.answer(lost, NOW_MS);
    for (const laterMs of [1, 300, 900]) {
      expect(ledger.answer(lost, NOW_MS + laterMs).reply).toMatchObject({ granted: 4, available: 6 });
    }
    const laterMs = chargedUntilMs(NOW_MS, WINDOW_MS) + 1;
    expect(ledger.answer(call(), laterMs).reply).toMatchObject({ granted: 1, available: 5 });
  });

  it("takes back what stays unspent, once, however often it is told", () => {
    const ledger = new Ledger();
    const first = call({ needed: 6 });
    ledger.answer(first, NOW_MS);
    for (const permits of [2, 2, 1, 5, 3]) {
      ledger.answer(call({ needed: 0, unspent: [{ seq: first.seq, permits }] }), NOW_MS);
    }
    expect(ledger.answer(call({ needed: 0 }), NOW_MS).reply.available).toBe(9);
  });

  it("believes nothing that another isolate says of a lease", () => {
    const ledger = new Ledger();
    const first = call({ needed: 6 });
    ledger.answer(first, NOW_MS);
    const others = call({ holder: "another", unspent: [{ seq: first.seq, permits: ALL_PERMITS }] });
    expect(ledger.answer(others, NOW_MS).reply.available).toBe(3);
  });

  it("grants nothing to a call that arrives after a later one of its sender", () => {
    const ledger = new Ledger();
    const [overtaken, later] = [call({ needed: 6 }), call({ needed: 1 })];
    const abandoning = { ...later, unspent: [{ seq: overtaken.seq, permits: ALL_PERMITS }] };
    ledger.answer(abandoning, NOW_MS);
    expect(ledger.answer(overtaken, NOW_MS).reply).toMatchObject({ granted: 0, available: 9 });
  });

  it("has none for a while when the limit falls below what was granted", () => {
    const ledger = new Ledger();
    for (const laterMs of [0, 1000, 2000]) ledger.answer(call({ needed: 3 }), NOW_MS + laterMs);
    const { reply } = ledger.answer(call({ limit: 4 }), NOW_MS + 2000);
    expect(reply).toEqual({
      granted: 0,
      available: 0,
      moreInMs: chargedUntilMs(NOW_MS + 1000, WINDOW_MS) - NOW_MS - 2000,
    });
  });

  it("charges for longer, never for less, when the object's clock is set back", () => {
    const ledger = new Ledger();
    ledger.answer(call({ needed: 9 }), NOW_MS);
    ledger.answer(call({ needed: 1 }), NOW_MS - 200);
    const first = chargedUntilMs(NOW_MS, WINDOW_MS);
    expect(ledger.answer(call({ needed: 0 }), first - 1).reply.available).toBe(0);
    expect(ledger.answer(call({ needed: 0 }), first).reply.available).toBe(10);
  });

  it("keeps little, however much it grants to however many", () => {
    const ledger = new Ledger();
    const charges = new Map<number, number>();
    const grants = new Set<string>();
    const [limit, calls] = [10_000_000, 40_000];
    for (let i = 0; i < calls; i++) {
      const nowMs = NOW_MS + i * 20;
      const { changes } = ledger.answer(call({ limit, holder: `isolate ${i % 500}` }), nowMs);
      for (const { expiresAtMs } of changes.charges) charges.set(expiresAtMs, expiresAtMs);
      for (const expiresAtMs of charges.keys()) {
        if (expiresAtMs <= (changes.chargesExpiredAtMs ?? 0)) charges.delete(expiresAtMs);
      }
      for (const { holder, seq } of changes.grants) grants.add(`${holder} ${seq}`);
      for (const { holder, seq } of changes.forgotten) grants.delete(`${holder} ${seq}`);
    }
    expect(charges.size).toBeLessThan(1210);
    expect(grants.size).toBeLessThan(4100);
  });
});
