import { type Area, DENSITIES, type Density, SPREADS, type Spread } from "./areas.ts";
import { type Contender, type Field, NAMES, type Name } from "./field.ts";
import type { LoadResult } from "./load-process.ts";

/** What a contender did in its turn: as much as it could, and then half of that. */
export type Turn = { readonly closed: LoadResult; readonly open: LoadResult };

export type Round = {
  readonly turns: Readonly<Partial<Record<Name, Turn>>>;
  /** The floor at the rate at which hot was measured. */
  readonly floorAtHotRate: LoadResult;
};

export type Stratum = { readonly density: Density; readonly spread: Spread } & Turn;

type Size = { readonly seconds: number; readonly rounds: number };

const CLOSED_CONNECTIONS = 16;
/** More than are ever in work at half load: else requests wait for a connection. */
const OPEN_CONNECTIONS = 64;
const WARM_UP_MS = 700;
const STRATA_ROUNDS = 2;
/** Of each load, not counted: tiles that grew too old while others had their turn are read again. */
const CLOSED_LEAD_IN_MS = 2000;
const OPEN_LEAD_IN_MS = 300;
/** Requests to make beforehand, by the second, of somebody who was not measured yet; and so many times what one did. */
const FIRST_GUESS = 12_000;
const RESERVE = 1.4;

/** All contenders in turns, round after round, each time another one first. */
export async function measureRounds(field: Field, { seconds, rounds }: Size): Promise<Round[]> {
  const measured: Round[] = [];
  const names = NAMES.filter((name) => field.contenders[name] !== undefined);
  const loads = loader(field, seconds);
  for (const name of names) {
    await loads.closed(contender(field, name), "city", `${name}/warm-up`, WARM_UP_MS);
  }
  for (let round = 0; round < rounds; round++) {
    console.error(`round ${round + 1} of ${rounds}`);
    const turns: Partial<Record<Name, Turn>> = {};
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round) % names.length];
      if (name !== undefined)
        turns[name] = await takeTurn(loads, contender(field, name), "city", `${name}/${round}`);
    }
    const hotPeak = turns.hot?.closed.perSecond ?? Number.NaN;
    const floorAtHotRate = await loads.open(
      contender(field, "floor"),
      "city",
      `floor/hot rate/${round}`,
      hotPeak / 2,
    );
    measured.push({ turns, floorAtHotRate });
  }
  return measured;
}

/** Ours where stores are dense, where there are some, and where there are few. */
export async function measureStrata(field: Field, { seconds }: Size): Promise<Stratum[]> {
  const measured: Stratum[] = [];
  const loads = loader(field, seconds);
  for (let round = 0; round < STRATA_ROUNDS; round++) {
    for (const spread of SPREADS) {
      for (const density of DENSITIES) {
        console.error(`nationwide: ${density}, ${spread}`);
        const seed = `${density}/${spread}/${round}`;
        const turn = await takeTurn(loads, contender(field, "hot"), `${density}, ${spread}`, seed);
        measured.push({ density, spread, ...turn });
      }
    }
  }
  return measured;
}

/** As many requests as ours and the floor can answer, in turns. */
export async function measurePeaks(
  field: Field,
  { seconds, rounds }: Size,
): Promise<{ readonly floor: LoadResult; readonly hot: LoadResult }[]> {
  const measured: { floor: LoadResult; hot: LoadResult }[] = [];
  const loads = loader(field, seconds);
  await loads.closed(contender(field, "hot"), "city", "warm-up", WARM_UP_MS);
  for (let round = 0; round < rounds; round++) {
    const floor = await loads.closed(contender(field, "floor"), "city", `floor/${round}`);
    const hot = await loads.closed(contender(field, "hot"), "city", `hot/${round}`);
    measured.push({ floor, hot });
  }
  return measured;
}

type Loads = ReturnType<typeof loader>;

async function takeTurn(loads: Loads, who: Contender, area: Area, seed: string): Promise<Turn> {
  const closed = await loads.closed(who, area, `${seed}/closed`);
  const open = await loads.open(who, area, `${seed}/open`, closed.perSecond / 2);
  return { closed, open };
}

function loader(field: Field, seconds: number) {
  const peaks = new Map<string, number>();
  const forMs = 1000 * seconds;
  return {
    closed: async (who: Contender, area: Area, seed: string, lastsMs = forMs): Promise<LoadResult> => {
      const key = `${who.address} ${who.coldPercent} ${area}`;
      const expected = peaks.get(key) ?? FIRST_GUESS;
      const result = await field.load({
        address: who.address,
        coldPercent: who.coldPercent,
        area,
        connections: CLOSED_CONNECTIONS,
        perSecond: undefined,
        prepare: Math.ceil((RESERVE * expected * (CLOSED_LEAD_IN_MS + lastsMs)) / 1000),
        leadInMs: CLOSED_LEAD_IN_MS,
        forMs: lastsMs,
        seed: `bench/nearby/${seed}`,
      });
      requireAllAnswered(seed, result);
      peaks.set(key, Math.max(peaks.get(key) ?? 0, result.perSecond));
      return result;
    },
    open: async (who: Contender, area: Area, seed: string, perSecond: number): Promise<LoadResult> => {
      const result = await field.load({
        address: who.address,
        coldPercent: who.coldPercent,
        area,
        connections: OPEN_CONNECTIONS,
        perSecond,
        prepare: Math.ceil((RESERVE * perSecond * (OPEN_LEAD_IN_MS + forMs)) / 1000),
        leadInMs: OPEN_LEAD_IN_MS,
        forMs,
        seed: `bench/nearby/${seed}`,
      });
      requireAllAnswered(seed, result);
      return result;
    },
  };
}

function contender(field: Field, name: Name): Contender {
  const found = field.contenders[name];
  if (found === undefined) throw new Error(`${name} does not take part`);
  return found;
}

function requireAllAnswered(what: string, { statuses }: LoadResult): void {
  const others = Object.entries(statuses).filter(([status]) => status !== "200");
  if (others.length > 0) {
    throw new Error(`${what}: ${others.map(([status, count]) => `${count} times ${status}`).join(", ")}`);
  }
}
