/** What a policy grants to one subject: at most `limit` requests in any `windowMs` milliseconds. */
export type Terms = { readonly limit: number; readonly windowMs: number };

/**
 * What an isolate asks of the limiter object of one subject. Sent again after a lost answer it is the same call, and
 * charges nothing twice.
 */
export type LeaseCall = Terms & {
  /** Which isolate asks: an id of its own, for its life. */
  readonly holder: string;
  /** Which of the isolate's calls this is: a later one has a higher number. */
  readonly seq: number;
  /** How many permits requests are waiting for. */
  readonly needed: number;
  /** How many more the isolate expects to spend soon. */
  readonly ahead: number;
  /** How many permits of earlier calls will never be spent. */
  readonly unspent: readonly Unspent[];
};

/** Of the permits that call `seq` was granted, `permits` in all (also counting those reported before) stay unspent. */
export type Unspent = { readonly seq: number; readonly permits: number };

/** Stands for all that a call was granted, when its answer is unknown and no longer waited for. */
export const ALL_PERMITS = Number.MAX_SAFE_INTEGER;

/** Of the permits that nobody waits for yet, one in so many may be granted ahead, so that others find some. */
export const AHEAD_SHARE = 4;

/** What the object answers. The permits may be spent for `LEASE_LIFE_MS` after the call was sent. */
export type LeaseReply = {
  readonly granted: number;
  /** How many permits are left after this grant. */
  readonly available: number;
  /** When there will be more, in milliseconds from the answer on, if nothing else is granted; 0: all are there. */
  readonly moreInMs: number;
};
