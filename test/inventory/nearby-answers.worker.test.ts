import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { makeApiKey, makePartner } from "../support/factories.ts";
import { modelAnswer, nearbyPath, type Question } from "../support/nearby-model.ts";
import { claimRegion } from "../support/regions.ts";
import { askWorker } from "../support/worker.ts";
import { questionsTo, SORTS } from "./nearby-questions.ts";
import { storeWorld, type World } from "./nearby-world.ts";
import { timingOf } from "./tiles/server-timings.ts";

type Body = {
  readonly items: readonly object[];
  readonly next_cursor: string | null;
  readonly as_of: string;
  readonly excluded?: Readonly<Record<string, number>>;
  readonly nearest_outside?: { readonly distance_m: number; readonly count: number } | null;
};
type Told = {
  readonly body: Body;
  /** By the clock of who answered. */
  readonly nowMs: number;
  readonly isHot: boolean;
};
/** Who answers: the database, or tiles as soon as they are there. */
type Path = { readonly name: string; readonly control: Record<string, string>; readonly hotShare: number };

const PATHS: readonly Path[] = [
  { name: "from the database", control: { "Cache-Control": "no-cache" }, hotShare: 0 },
  { name: "from tiles", control: {}, hotShare: 0.4 },
];

let world: World;
let headers: Record<string, string>;

beforeAll(async () => {
  const region = await claimRegion("nearby answers");
  world = await storeWorld([region, { lat: 12.3, lng: 180 }, { lat: 90, lng: 0 }, { lat: -90, lng: 0 }], {
    locationsEach: 80,
    seed: 2,
  });
  headers = { "X-SnapAct-API-Key": (await makeApiKey(await makePartner())).key };
});

async function ask({ control }: Path, question: Question, cursor?: string): Promise<Told> {
  const path = nearbyPath(question, cursor);
  const response = await askWorker(path, { headers: { ...headers, ...control } });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path} → ${response.status} ${text}`);
  const body: Body = JSON.parse(text);
  const timing = timingOf(response);
  return { body, nowMs: Date.parse(body.as_of) + (timing.ageMs ?? 0), isHot: timing.path === "hot" };
}

describe.each(PATHS)("a nearby answer $name", (path) => {
  it("is what the contract says, row for row and number for number, whatever is asked", {
    timeout: 120_000,
  }, async () => {
    const met = {
      hot: 0,
      withRows: 0,
      rows: 0,
      nothing: 0,
      outside: 0,
      excluded: {} as Record<string, number>,
    };
    await fc.assert(
      fc.asyncProperty(
        questionsTo(world),
        fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
        async (asked, limit) => {
          const question = { ...asked, limit };
          const { body, nowMs, isHot } = await ask(path, question);
          const model = modelAnswer(world, question, nowMs);
          const size = limit ?? 20;
          const more = model.items.length > size;
          expect(body).toEqual({
            items: model.items.slice(0, size),
            next_cursor: more ? expect.stringMatching(/^[\w-]{1,2048}$/) : null,
            query: model.query,
            as_of: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
            ...(question.explain && { excluded: model.excluded, nearest_outside: model.nearest_outside }),
          });
          met.hot += isHot ? 1 : 0;
          met.withRows += body.items.length > 0 ? 1 : 0;
          met.rows += body.items.length;
          met.nothing += body.items.length === 0 ? 1 : 0;
          met.outside += body.nearest_outside ? 1 : 0;
          for (const [reason, count] of Object.entries(body.excluded ?? {})) {
            met.excluded[reason] = (met.excluded[reason] ?? 0) + count;
          }
        },
      ),
      { numRuns: 1500, seed: 20261121 },
    );
    expect(met.hot).toBeGreaterThanOrEqual(path.hotShare * 1500);
    expect(met.withRows).toBeGreaterThan(700);
    expect(met.nothing).toBeGreaterThan(200);
    expect(met.outside).toBeGreaterThan(10);
    expect(Object.values(met.excluded).every((count) => count > 50)).toBe(true);
    expect(Object.keys(met.excluded)).toHaveLength(7);
  });
});

describe.each(PATHS)("the pages of an answer $name", (path) => {
  it.each(SORTS)(
    "put together are the whole of it in the order of %s: no row twice, none lost",
    { timeout: 60_000 },
    async (sort) => {
      let pages = 0;
      await fc.assert(
        fc.asyncProperty(questionsTo(world), fc.integer({ min: 1, max: 8 }), async (asked, parts) => {
          const total = modelAnswer(world, asked, Date.now()).items.length;
          const limit = Math.min(100, Math.max(1, Math.ceil(total / parts)));
          const question = { ...asked, sort, limit };
          let cursor: string | null | undefined;
          let startedAtMs: number | undefined;
          for (let from = 0; cursor !== null; from += limit) {
            const { body, nowMs } = await ask(path, question, cursor);
            startedAtMs ??= nowMs;
            const { items } = modelAnswer(world, question, startedAtMs, nowMs);
            expect(body.items).toEqual(items.slice(from, from + limit));
            expect(body.next_cursor === null).toBe(from + limit >= items.length);
            cursor = body.next_cursor;
            pages++;
          }
        }),
        { numRuns: 25, seed: 3 },
      );
      expect(pages).toBeGreaterThan(60);
    },
  );

  it("may be of one row, where everything ties: same place, same price, same moment", {
    timeout: 60_000,
  }, async () => {
    const [centre] = world.centres;
    for (const sort of SORTS) {
      const question: Question = {
        lat: Number(centre!.lat.toFixed(6)),
        lng: Number(centre!.lng.toFixed(6)),
        radius_m: 1,
        availability: ["low_stock", "on_request"],
        max_age_s: 604_800,
        sort,
        limit: 1,
      };
      const seen: object[] = [];
      let cursor: string | null | undefined;
      let startedAtMs: number | undefined;
      while (cursor !== null) {
        const { body, nowMs } = await ask(path, question, cursor);
        startedAtMs ??= nowMs;
        const { items } = modelAnswer(world, question, startedAtMs, nowMs);
        expect(body.items).toEqual([items[seen.length]]);
        seen.push(...body.items);
        cursor = body.next_cursor;
      }
      expect(seen.length).toBeGreaterThan(15);
      expect(seen).toHaveLength(modelAnswer(world, question, startedAtMs!).items.length);
    }
  });
});
