import { describe, expect, it } from "vitest";
import { ALL_PERMITS, type LeaseCall, type LeaseReply } from "../../src/limits/lease-call.ts";
import { LeaseHolder } from "../../src/limits/lease-holder.ts";

const TERMS = { limit: 100, windowMs: 300_000 };
const NOW_MS = Date.parse("2026-11-01T12:00:00Z");

function newHolder(): LeaseHolder {
  let seq = 0;
  return new LeaseHolder("isolate", () => seq++);
}

function sent(call: LeaseCall | undefined): LeaseCall {
  if (call === undefined) throw new Error("there is nothing to send");
  return call;
}

function settle(
  holder: LeaseHolder,
  call: LeaseCall,
  sentAtMs: number,
  nowMs: number,
  reply: Partial<LeaseReply>,
) {
  holder.settle(call.seq, sentAtMs, { granted: 1, available: 50, moreInMs: 0, ...reply }, nowMs);
}

/** A holder that has `permits` in hand, from a call that was sent and answered at `NOW_MS`. */
function holderOf(permits: number): LeaseHolder {
  const holder = newHolder();
  settle(holder, sent(holder.nextCall(TERMS, NOW_MS, 1)), NOW_MS, NOW_MS, { granted: permits });
  return holder;
}

describe("an isolate's permits", () => {
  it("can be spent for a second from the sending of the call, not from its answer", () => {
    const holder = newHolder();
    const call = sent(holder.nextCall(TERMS, NOW_MS, 1));
    settle(holder, call, NOW_MS, NOW_MS + 400, { granted: 3 });
    expect(holder.take(TERMS, NOW_MS + 999)).toMatchObject({ kind: "admitted", remaining: 52 });
    expect(holder.take(TERMS, NOW_MS + 1000)).toBeUndefined();
  });

  it("go back with the next call when they were not spent in time, and are told until that is answered", () => {
    const holder = holderOf(5);
    holder.take(TERMS, NOW_MS);
    const unspent = [{ seq: 0, permits: 4 }];
    const call = sent(holder.nextCall(TERMS, NOW_MS + 2000, 1));
    expect(call.unspent).toEqual(unspent);
    expect(sent(holder.nextCall(TERMS, NOW_MS + 3000, 1))).toEqual(call);
    settle(holder, call, NOW_MS + 3000, NOW_MS + 3000, {});
    expect(sent(holder.nextCall(TERMS, NOW_MS + 3000, 1)).unspent).toEqual([]);
  });

  it("are asked for one by one by who spends one a second", () => {
    const holder = newHolder();
    for (let i = 0; i < 20; i++) {
      const nowMs = NOW_MS + 1000 * i;
      const call = sent(holder.nextCall(TERMS, nowMs, 1));
      expect([call.needed, call.ahead]).toEqual([1, 0]);
      settle(holder, call, nowMs, nowMs, {});
      expect(holder.take(TERMS, nowMs)?.kind).toBe("admitted");
      expect(holder.shouldAskAhead(TERMS, nowMs)).toBe(false);
    }
  });

  it("are asked for ahead, at low water, by who spends them fast", () => {
    const holder = holderOf(1000);
    let asked = 0;
    for (let ms = 0; ms < 999; ms++) {
      holder.take(TERMS, NOW_MS + ms);
      if (asked === 0 && holder.shouldAskAhead(TERMS, NOW_MS + ms)) asked = ms;
    }
    expect(asked).toBeGreaterThan(800);
    expect(asked).toBeLessThan(950);
    expect(sent(holder.nextCall(TERMS, NOW_MS + 999, 0)).ahead).toBeGreaterThan(250);
  });
});

describe("a call under way", () => {
  it("is the only one, until its answer is overdue: then it is sent again as it was", () => {
    const holder = newHolder();
    const call = sent(holder.nextCall(TERMS, NOW_MS, 1));
    expect(holder.nextCall(TERMS, NOW_MS + 599, 1)).toBeUndefined();
    expect(holder.nextCall(TERMS, NOW_MS + 600, 1)).toBe(call);
    expect(holder.nextCall(TERMS, NOW_MS + 601, 1)).toBeUndefined();
  });

  it.each([
    ["is older than two seconds", TERMS, 2001],
    ["asks under a limit that is no more", { ...TERMS, limit: 10 }, 600],
    ["asks for another window", { ...TERMS, windowMs: 60_000 }, 600],
  ])("is given up, with all that it was granted, when it %s", (_when, terms, laterMs) => {
    const holder = newHolder();
    const abandoned = sent(holder.nextCall(TERMS, NOW_MS, 50));
    const call = sent(holder.nextCall(terms, NOW_MS + laterMs, 1));
    expect(call).toEqual({
      ...abandoned,
      ...terms,
      seq: abandoned.seq + 1,
      needed: 1,
      unspent: [{ seq: abandoned.seq, permits: ALL_PERMITS }],
    });
    settle(holder, abandoned, NOW_MS, NOW_MS + laterMs, { granted: 50 });
    expect(holder.take(terms, NOW_MS + laterMs)).toBeUndefined();
  });

  it("asks for all who wait, but not for those who are no more", () => {
    const holder = newHolder();
    const call = sent(holder.nextCall(TERMS, NOW_MS, 1));
    holder.wait(NOW_MS + 10);
    const [backInTime] = [holder.wait(NOW_MS + 400), holder.wait(NOW_MS + 400)];
    backInTime();
    settle(holder, call, NOW_MS, NOW_MS + 400, { granted: 0 });
    expect(sent(holder.nextCall(TERMS, NOW_MS + 400, 1)).needed).toBe(2);
  });

  it("is given up after three failures, for two seconds, and whatever it was granted is given back", () => {
    const holder = newHolder();
    const call = sent(holder.nextCall(TERMS, NOW_MS, 1));
    for (const ms of [500, 1020, 1540]) {
      holder.fail(call.seq, NOW_MS + ms);
      expect(holder.isUnreachable(NOW_MS + ms)).toBe(ms === 1540);
      if (ms < 1540) expect(holder.nextCall(TERMS, NOW_MS + ms + 20, 1)).toBe(call);
    }
    expect(holder.isUnreachable(NOW_MS + 3539)).toBe(true);
    expect(holder.isUnreachable(NOW_MS + 3540)).toBe(false);
    settle(holder, call, NOW_MS, NOW_MS + 3540, { granted: 5 });
    expect(holder.take(TERMS, NOW_MS + 3540)).toBeUndefined();
    const next = sent(holder.nextCall(TERMS, NOW_MS + 3540, 1));
    expect(next.unspent).toEqual([{ seq: call.seq, permits: ALL_PERMITS }]);
  });
});

describe("a refusal", () => {
  function refusedFor(moreInMs: number): LeaseHolder {
    const holder = newHolder();
    const call = sent(holder.nextCall(TERMS, NOW_MS, 1));
    settle(holder, call, NOW_MS, NOW_MS + 30, { granted: 0, available: 0, moreInMs });
    return holder;
  }

  it("is remembered until there may be permits again, and promises when there surely are", () => {
    const holder = refusedFor(5000);
    expect(holder.take(TERMS, NOW_MS + 30)).toEqual({ kind: "refused", retryInMs: 5000 });
    expect(holder.take(TERMS, NOW_MS + 4999)).toEqual({ kind: "refused", retryInMs: 31 });
    expect(holder.take(TERMS, NOW_MS + 5000)).toBeUndefined();
  });

  it("is forgotten when the limit changes", () => {
    expect(refusedFor(5000).take({ ...TERMS, limit: 200 }, NOW_MS + 30)).toBeUndefined();
  });

  it("is forgotten when there is something to give back", () => {
    const holder = refusedFor(5000);
    holder.giveBack({ seq: 0 });
    expect(holder.take(TERMS, NOW_MS + 30)).toBeUndefined();
  });
});
