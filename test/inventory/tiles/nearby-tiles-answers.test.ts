import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nearbyPath, type Question } from "../../support/nearby-model.ts";
import { startTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { type NearbyApp, startNearbyApp } from "../nearby-app.ts";
import { questionsTo, SORTS } from "../nearby-questions.ts";
import { storeWorld, type World } from "../nearby-world.ts";
import { type Timing, timingOf } from "./server-timings.ts";

type Told = { readonly text: string; readonly timing: Timing };

const MAX_AGE_S = 5;

let db: TestDatabase;
let app: NearbyApp;
let world: World;

beforeAll(async () => {
  db = await startTestDatabase();
  app = await startNearbyApp(db.localNeon, { tileMaxAgeS: MAX_AGE_S });
  // Enough locations around each centre for cells to be split.
  world = await storeWorld(
    [
      { lat: 6.45, lng: 3.39 },
      { lat: 12.3, lng: 180 },
      { lat: 90, lng: 0 },
      { lat: -90, lng: 0 },
    ],
    { locationsEach: 170, seed: 51 },
  );
}, 120_000);
afterAll(async () => {
  await app.settle();
  await db.stop();
});

async function told(response: Response): Promise<Told> {
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
  return { text, timing: timingOf(response) };
}

/** The answer from tiles, once they are there; from the database if that is who answers also then. */
async function fromTiles(path: string): Promise<Told> {
  let answer = await told(await app.ask(path));
  for (let asked = 0; asked < 12 && answer.timing.path === "cold"; asked++) {
    await app.settle();
    answer = await told(await app.ask(path));
  }
  return answer;
}

const AS_OF = /"as_of":"([^"]*)"/;
const withoutAsOf = (text: string): string => text.replace(AS_OF, "");
const asOfMs = (text: string): number => Date.parse(AS_OF.exec(text)?.[1] ?? "");

async function expectSame(
  question: Question,
  cursor?: string,
): Promise<{ hot: boolean; next: string | null }> {
  const path = nearbyPath(question, cursor);
  const cold = await told(await app.askControlled(path, "no-cache"));
  expect(cold.timing).toMatchObject({ path: "cold", reason: "asked" });
  const answer = await fromTiles(path);
  if (withoutAsOf(answer.text) !== withoutAsOf(cold.text)) {
    throw new Error(`${path}\nfrom tiles:    ${answer.text}\nfrom the base: ${cold.text}`);
  }
  const { items, next_cursor } = JSON.parse(answer.text) as { items: object[]; next_cursor: string | null };
  if (answer.timing.path === "hot") {
    expect(app.nowMs - asOfMs(answer.text)).toBe(answer.timing.ageMs);
    expect(answer.timing.ageMs).toBeLessThanOrEqual(1000 * MAX_AGE_S);
  } else if (!(question.explain && items.length === 0)) {
    throw new Error(`${path} → cold (${answer.timing.reason})`);
  }
  return { hot: answer.timing.path === "hot", next: next_cursor };
}

const asRadius = (distanceM: number): number => Math.min(50_000, Math.max(1, distanceM));

/** Some time goes by, at times so much that tiles are checked, and at times that they are too old. */
const passing = fc.constantFrom(0, 0, 0, 250, 999, 2600, 1000 * MAX_AGE_S + 1);

describe("an answer from tiles", () => {
  it("is the database's, byte for byte but for as_of, whatever is asked", { timeout: 240_000 }, async () => {
    const met = { hot: 0, cold: 0, pages: 0 };
    await fc.assert(
      fc.asyncProperty(
        questionsTo(world),
        fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
        passing,
        async (asked, limit, passedMs) => {
          app.nowMs += passedMs;
          const question = { ...asked, limit };
          const { hot, next } = await expectSame(question);
          met[hot ? "hot" : "cold"]++;
          if (next === null) return;
          await expectSame(question, next);
          met.pages++;
        },
      ),
      { numRuns: 300, seed: 20261122 },
    );
    expect(met.hot).toBeGreaterThan(200);
    expect(met.pages).toBeGreaterThan(60);
  });

  it("is so on the rim, to the last digit that can be asked", { timeout: 120_000 }, async () => {
    const [centre] = world.centres;
    for (const location of world.locations.filter((_, i) => i % 23 === 0)) {
      const wide: Question = { lat: centre!.lat, lng: centre!.lng, max_age_s: 315_360_000 };
      const { items } = JSON.parse(
        (
          await told(
            await app.askControlled(nearbyPath({ ...wide, radius_m: 50_000, limit: 100 }), "no-cache"),
          )
        ).text,
      ) as { items: { distance_m: number }[] };
      const distances = [...new Set(items.map(({ distance_m }) => distance_m))];
      const distanceM = distances[location.locationId.charCodeAt(0) % distances.length] ?? 1;
      for (const radius_m of [distanceM, distanceM + 0.499_999, distanceM - 0.5].map(asRadius)) {
        for (const sort of SORTS) await expectSame({ ...wide, radius_m, sort, explain: true, limit: 3 });
      }
    }
  });

  it.each(SORTS)("goes on page by page to the end, by %s", { timeout: 120_000 }, async (sort) => {
    let pages = 0;
    await fc.assert(
      fc.asyncProperty(questionsTo(world), fc.integer({ min: 1, max: 12 }), async (asked, limit) => {
        const question = { ...asked, sort, limit };
        let cursor: string | null | undefined;
        for (let page = 0; cursor !== null && page < 15; page++) {
          cursor = (await expectSame(question, cursor)).next;
          pages++;
          app.nowMs += page % 5 === 4 ? 3000 : 700;
        }
      }),
      { numRuns: 20, seed: 52 },
    );
    expect(pages).toBeGreaterThan(60);
  });

  it("costs the database nothing while its tiles are young", { timeout: 60_000 }, async () => {
    const paths = fc
      .sample(questionsTo(world), { seed: 53, numRuns: 150 })
      .map((question) => nearbyPath({ ...question, explain: undefined }));
    for (const path of paths) await fromTiles(path);
    // Whatever is half as old as it may be is checked before.
    app.nowMs += 1;
    await app.settle();
    const before = db.localNeon.requestCount();
    for (const path of paths) {
      expect((await told(await app.ask(path))).timing).toMatchObject({ path: "hot" });
    }
    expect(app.behind).toEqual([]);
    expect(db.localNeon.requestCount()).toBe(before);
  });
});
