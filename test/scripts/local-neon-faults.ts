import { neon } from "@neondatabase/serverless";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { FaultPlan } from "../../scripts/local-neon/faults.ts";
import { fixture } from "./local-neon-fixture.ts";

let counter: string;
beforeAll(async () => {
  counter = `${fixture.schema}.counter`;
  await fixture.localNeon.exec(
    `CREATE TABLE ${counter} (n int4 NOT NULL); INSERT INTO ${counter} VALUES (0)`,
  );
});
afterEach(() => fixture.localNeon.clearFaults());

const increment = () => fixture.sql.query(`UPDATE ${counter} SET n = n + 1 RETURNING n`);
const count = async (): Promise<number> =>
  Number((await fixture.localNeon.query(`SELECT n FROM ${counter}`))[0]?.["n"]);

describe("a fault", () => {
  it.each([
    ["refuse", /fetch failed/, 0],
    ["error500", /HTTP status 500/, 0],
    ["truncate", /terminated/, 1],
    ["commit_then_drop", /fetch failed/, 1],
  ] as const)(
    "%s fails the call, and the change is made or not as it says",
    async (kind, message, changes) => {
      const before = await count();
      fixture.localNeon.setFault({ kind, times: 1 });
      await expect(increment()).rejects.toThrow(message);
      expect(await count()).toBe(before + changes);
      expect(await increment()).toEqual([{ n: before + changes + 1 }]);
    },
  );

  it.each([
    ["truncate", 1],
    ["commit_then_drop", 1],
    ["refuse", 0],
    ["error500", 0],
  ] as const)("%s treats a whole batch the same way", async (kind, changes) => {
    const before = await count();
    fixture.localNeon.setFault({ kind, sqlIncludes: "UPDATE" });
    await expect(fixture.sql.transaction([fixture.sql`SELECT 1`, increment()])).rejects.toThrow();
    expect(await count()).toBe(before + changes);
  });

  it("delay answers properly, only later", async () => {
    const before = await count();
    fixture.localNeon.setFault({ kind: "delay", delayMs: 5 });
    expect(await increment()).toEqual([{ n: before + 1 }]);
  });

  it.each([{ kind: "hang" }, { kind: "delay", delayMs: 600_000 }] as const)(
    "$kind ends without a change when the caller gives up",
    async (fault) => {
      const before = await count();
      const requests = fixture.localNeon.requestCount();
      const gone = new AbortController();
      fixture.localNeon.setFault(fault);
      const call = neon(fixture.localNeon.connectionString, { fetchOptions: { signal: gone.signal } });
      const outcome = expect(call.query(`UPDATE ${counter} SET n = n + 1`)).rejects.toThrow(/abort/i);
      await vi.waitFor(() => expect(fixture.localNeon.requestCount()).toBe(requests + 1), 10_000);
      gone.abort();
      await outcome;
      fixture.localNeon.clearFaults();
      expect(await increment()).toEqual([{ n: before + 1 }]);
    },
  );

  it("can be put at every statement of a sequence in turn", async () => {
    const statements = ["SELECT 'one'", "SELECT 'two'", "SELECT 'three'"];
    for (const nth of [1, 2, 3]) {
      fixture.localNeon.setFault({ kind: "commit_then_drop", nth });
      const outcomes = [];
      for (const statement of statements)
        outcomes.push(
          await fixture.sql.query(statement).then(
            () => "answered",
            () => "dropped",
          ),
        );
      expect(outcomes).toEqual(statements.map((_, i) => (i + 1 === nth ? "dropped" : "answered")));
      fixture.localNeon.clearFaults();
    }
  });
});

describe("the choice of requests", () => {
  const fired = (plan: FaultPlan, ...sqlTexts: string[]) =>
    sqlTexts.map((sql) => plan.take([sql])?.kind ?? "-");

  it("is by count, by text and by pattern, each fault counting its own matches", () => {
    const plan = new FaultPlan();
    plan.set({ kind: "hang", sqlMatches: "^insert.*item$", times: 2 });
    plan.set({ kind: "error500", sqlIncludes: "shop", nth: 2, times: 2 });
    expect(fired(plan, "insert shop", "insert item", "select item", "insert item", "insert item")).toEqual([
      "-",
      "hang",
      "-",
      "hang",
      "-",
    ]);
    expect(fired(plan, "select shop", "shop", "shop")).toEqual(["error500", "error500", "-"]);
    expect(plan.take(["x", "shop"])).toBeUndefined();
    expect(plan.firedCount).toBe(4);
  });

  it("goes to the fault set first when several apply, and to none after clearing", () => {
    const plan = new FaultPlan();
    plan.set({ kind: "truncate", times: 1 });
    plan.set({ kind: "error500" });
    expect(fired(plan, "a", "b", "c")).toEqual(["truncate", "error500", "error500"]);
    plan.clear();
    expect(fired(plan, "a")).toEqual(["-"]);
  });
});

type Requests = { count: number; faulted: number; recent: string[][] };

describe("the control endpoint", () => {
  const control = async (method: string, path: string, body?: string) => {
    const response = await fetch(new URL(path, fixture.localNeon.url), { method, body: body ?? null });
    return { status: response.status, body: (await response.json()) as Requests };
  };

  it("sets and clears faults and tells the requests", async () => {
    const { body: before } = await control("GET", "/control/requests");
    const fault = { kind: "error500", sqlMatches: "^SELECT 'b.*'$" };
    expect(await control("POST", "/control/fault", JSON.stringify(fault))).toEqual({
      status: 200,
      body: fault,
    });
    expect(await fixture.sql`SELECT 'ant'::text AS v`).toEqual([{ v: "ant" }]);
    await expect(fixture.sql.query("SELECT 'bee'")).rejects.toThrow("injected fault");
    expect((await control("DELETE", "/control/fault")).status).toBe(200);
    await fixture.sql.query("SELECT 'bee'");
    const { body: after } = await control("GET", "/control/requests");
    expect(after).toMatchObject({ count: before.count + 3, faulted: before.faulted + 1 });
    expect(after.recent.slice(-2)).toEqual([["SELECT 'bee'"], ["SELECT 'bee'"]]);
  });

  it.each([
    "",
    "{}",
    '{"kind":"explode"}',
    '{"kind":"delay"}',
    '{"kind":"hang","sqlMatches":"("}',
    '{"kind":"hang","nht":1}',
  ])("refuses %s", async (body) => expect((await control("POST", "/control/fault", body)).status).toBe(400));
});
