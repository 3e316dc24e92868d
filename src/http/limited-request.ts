import type { BlindAllowance } from "../limits/blind-allowance.ts";
import type { RequestLimiter } from "../limits/limiter.ts";
import { isRead, type Policy } from "../limits/policies.ts";
import { rateLimitHeaders, refusalHeaders, wholeSeconds } from "../limits/rate-limit-headers.ts";
import { Problem, unavailable } from "./problem.ts";
import type { Log } from "./router.ts";

/** As long as an isolate does not ask an object that did not answer. */
const UNREACHABLE_RETRY_S = 2;

export type LimitedRequestDeps = {
  readonly limiter: RequestLimiter;
  readonly allowance: BlindAllowance;
  readonly log: Log;
  readonly now: () => number;
};

/** A permit that a request has, and the headers that tell how its limit stands. */
export type TakenPermit = {
  readonly headers: Readonly<Record<string, string>>;
  readonly giveBack: () => void;
};

/** A request that takes its permits, one for each limit that it is under. */
export class LimitedRequest {
  readonly #deps: LimitedRequestDeps;
  readonly #method: string;
  #passesBlindly = false;

  constructor(deps: LimitedRequestDeps, method: string) {
    this.#deps = deps;
    this.#method = method;
  }

  /**
   * Takes a permit of `subject`, of which `limit` pass in each window.
   * @throws {Problem} 429 when there is none; 503 when nobody knows and the request may not pass all the same.
   */
  async take(policy: Policy, subject: string, limit: number = policy.limit): Promise<TakenPermit> {
    const { limiter } = this.#deps;
    const { name, windowS, mayComeBack } = policy;
    const object = `${name} ${subject}`;
    const terms = { limit, windowMs: 1000 * windowS, mayComeBack };
    const outcome = await limiter.acquire(object, terms);
    switch (outcome.kind) {
      case "admitted":
        return {
          headers: rateLimitHeaders({ name, limit, windowS }, outcome),
          giveBack: () => limiter.release(object, terms, outcome.permit),
        };
      case "refused":
        throw rateLimited({ name, limit, windowS }, outcome.retryInMs);
      case "unreachable":
        this.#passBlindly(policy);
        return { headers: {}, giveBack: () => undefined };
    }
  }

  /** Lets a read pass that nobody has counted, once, while few have; logs how many there were. */
  #passBlindly({ name: policy, passesUncounted }: Policy): void {
    if (this.#passesBlindly || (passesUncounted && isRead(this.#method))) return;
    const { allowance, log, now } = this.#deps;
    const passed = isRead(this.#method) ? allowance.admit(now()) : undefined;
    if (passed === undefined) {
      const detail =
        "Requests cannot be counted for the moment, so this one was not answered. Please try again.";
      throw unavailable(detail, new Error(`the limiter of ${policy} does not answer`), UNREACHABLE_RETRY_S);
    }
    this.#passesBlindly = true;
    log({ level: "warning", code: "limit_not_counted", policy, passed });
  }
}

function rateLimited(limit: Pick<Policy, "name" | "limit" | "windowS">, retryInMs: number): Problem {
  const { name, limit: quota, windowS } = limit;
  const requests = quota === 1 ? "1 request" : `${quota} requests`;
  return new Problem(
    "rate_limited",
    `The limit ${name} allows ${requests} in any ${windowS} seconds. The next one passes in ${wholeSeconds(retryInMs)} s.`,
    { headers: refusalHeaders(limit, retryInMs) },
  );
}
