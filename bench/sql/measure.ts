import type { Contender } from "./contenders.ts";
import { OURS } from "./contenders.ts";
import { PLANNINGS, type Planning, Session } from "./session.ts";
import type { Stratum } from "./strata.ts";

/** A contender on a connection of its own. */
export type Entrant = {
  readonly contender: Contender;
  readonly planning: Planning;
  readonly session: Session;
};

/** Every contender in every way of planning on one database. */
export type Field = { readonly entrants: readonly Entrant[] } & AsyncDisposable;

export type Result = Pick<Entrant, "contender" | "planning"> & {
  readonly p50Ms: number;
  readonly p99Ms: number;
};

/** A peer this many times as slow as the fastest in the warm-up is not measured any further. */
const HOPELESS = 1.5;

/** The p99 is the median of those of so many parts of the run: what else the machine does in one counts in one only. */
const P99_PARTS = 5;

export async function openField(databaseUrl: string, peers: readonly Contender[]): Promise<Field> {
  const stack = new AsyncDisposableStack();
  const entrants: Entrant[] = [];
  for (const contender of [OURS, ...peers]) {
    for (const planning of PLANNINGS) {
      // A plan for all values suits every question here: ours is measured with that one.
      if (contender === OURS && planning === "custom") continue;
      const session = stack.use(await Session.open(databaseUrl, planning));
      entrants.push({ contender, planning, session });
    }
  }
  return { entrants, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/**
 * Times the questions of a stratum, `rounds` times each, one entrant after another for each question, and each in
 * turn the first. Entrants whose warm-up shows that they cannot win are left out.
 */
export async function measure(
  { questions }: Stratum,
  entrants: readonly Entrant[],
  rounds: number,
): Promise<Result[]> {
  const runners = entrants.map((entrant) => ({
    ...entrant,
    statements: questions.map(entrant.contender.statement),
    warmUpMs: 0,
    timesMs: [] as number[],
  }));
  for (const runner of runners) {
    const timesMs: number[] = [];
    for (const statement of runner.statements) {
      await runner.session.rows(statement);
      timesMs.push(await runner.session.timeMs(statement));
    }
    runner.warmUpMs = quantile(timesMs, 0.5);
  }
  const chosen = runners.filter((runner) => {
    const rivals = runners.filter((other) => isRival(runner, other)).map(({ warmUpMs }) => warmUpMs);
    return runner.warmUpMs <= HOPELESS * Math.min(...rivals);
  });
  let turn = 0;
  for (let round = 0; round < rounds; round++) {
    for (const q of questions.keys()) {
      turn++;
      for (const i of chosen.keys()) {
        const runner = chosen[(i + turn) % chosen.length];
        const statement = runner?.statements[q];
        if (runner && statement) runner.timesMs.push(await runner.session.timeMs(statement));
      }
    }
  }
  return chosen.map(({ contender, planning, timesMs }) => ({
    contender,
    planning,
    p50Ms: quantile(timesMs, 0.5),
    p99Ms: quantile(
      partsOf(timesMs).map((part) => quantile(part, 0.99)),
      0.5,
    ),
  }));
}

/** Whether the faster of two entrants makes the other uninteresting. An entrant is its own rival. */
function isRival(one: Entrant, other: Entrant): boolean {
  const areUnprepared = [one, other].map(({ planning }) => planning === "unprepared");
  return (
    isPeer(one) === isPeer(other) &&
    one.contender.exact === other.contender.exact &&
    areUnprepared[0] === areUnprepared[1]
  );
}

export function isPeer({ contender }: Pick<Entrant, "contender">): boolean {
  return contender !== OURS;
}

function partsOf(timesMs: readonly number[]): number[][] {
  const size = Math.ceil(timesMs.length / P99_PARTS);
  return Array.from({ length: P99_PARTS }, (_, i) => timesMs.slice(i * size, (i + 1) * size));
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}
