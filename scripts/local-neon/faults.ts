import { z } from "zod";

const when = {
  /** Fires this many times, then no more; default: once if `nth` is given, else always. */
  times: z.int().positive().optional(),
  /** Fires from the nth matching request on, counted from 1 since the fault was set; default 1. */
  nth: z.int().positive().optional(),
  /** Only requests of which some statement contains this text. */
  sqlIncludes: z.string().min(1).optional(),
  /** Only requests of which some statement matches this regular expression. */
  sqlMatches: z.string().min(1).refine(isRegExp, "not a regular expression").optional(),
};

/**
 * A way to misbehave. `refuse`: the connection is destroyed and nothing runs. `delay`: runs after `delayMs`.
 * `hang`: never runs, never answers. `error500`: HTTP 500, nothing runs. `truncate`: runs, commits, sends half
 * of the answer. `commit_then_drop`: runs, commits, sends nothing.
 */
export const faultSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("delay"), delayMs: z.int().nonnegative(), ...when }),
  z.strictObject({
    kind: z.enum(["refuse", "hang", "error500", "truncate", "commit_then_drop"]),
    ...when,
  }),
]);
export type Fault = z.infer<typeof faultSchema>;

type ArmedFault = { readonly fault: Fault; matchedCount: number; firedCount: number };

/** The faults that are set, and how often they fired. */
export class FaultPlan {
  #armed: ArmedFault[] = [];
  #firedCount = 0;

  /** Requests in which a fault has fired, cleared faults included. */
  get firedCount(): number {
    return this.#firedCount;
  }

  /** Adds a fault to those set before; of several that apply to a request the earliest fires. */
  set(fault: Fault): void {
    this.#armed.push({ fault: faultSchema.parse(fault), matchedCount: 0, firedCount: 0 });
  }

  clear(): void {
    this.#armed = [];
  }

  /** True when the connection is to be destroyed before the request is read. */
  takeBlindRefusal(): boolean {
    return this.#take(({ fault }) => isBlindRefusal(fault)) !== undefined;
  }

  /** The fault for a request with these SQL texts; undefined when it is to be served properly. */
  take(sqlTexts: readonly string[]): Fault | undefined {
    return this.#take(({ fault }) => !isBlindRefusal(fault) && matchesSql(fault, sqlTexts));
  }

  #take(matches: (armed: ArmedFault) => boolean): Fault | undefined {
    const matching = this.#armed.filter(matches);
    for (const armed of matching) armed.matchedCount += 1;
    const firing = matching.find(isDue);
    if (firing === undefined) return undefined;
    firing.firedCount += 1;
    this.#firedCount += 1;
    return firing.fault;
  }
}

function isDue({ fault, matchedCount, firedCount }: ArmedFault): boolean {
  const defaultTimes = fault.nth === undefined ? Number.POSITIVE_INFINITY : 1;
  return matchedCount >= (fault.nth ?? 1) && firedCount < (fault.times ?? defaultTimes);
}

function isBlindRefusal({ kind, sqlIncludes, sqlMatches }: Fault): boolean {
  return kind === "refuse" && sqlIncludes === undefined && sqlMatches === undefined;
}

function matchesSql({ sqlIncludes, sqlMatches }: Fault, sqlTexts: readonly string[]): boolean {
  const pattern = sqlMatches === undefined ? undefined : new RegExp(sqlMatches);
  if (sqlIncludes === undefined && pattern === undefined) return true;
  return sqlTexts.some(
    (sql) => (sqlIncludes === undefined || sql.includes(sqlIncludes)) && (pattern?.test(sql) ?? true),
  );
}

function isRegExp(source: string): boolean {
  try {
    return new RegExp(source).source !== "";
  } catch {
    return false;
  }
}
