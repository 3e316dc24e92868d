import type { CatalogResult } from "./wire/catalog.ts";
import type { EventResult } from "./wire/events.ts";
import type { Problem, ProblemCode } from "./wire/problem.ts";

/** What this package throws, but for wrong arguments, which are a `TypeError`. */
export class SnapActError extends Error {
  override readonly name: string = "SnapActError";
}

/** The service answered, and not as asked. */
export class SnapActApiError extends SnapActError {
  override readonly name: string = "SnapActApiError";
  /** The HTTP status. */
  readonly status: number;
  /** The problem's code; undefined when something between here and the service answered. */
  readonly code: ProblemCode | undefined;
  /** Everything that the service said of it. */
  readonly problem: Problem | undefined;
  /** Quote it when you ask for help. */
  readonly requestId: string | undefined;
  /** How long the service asks to wait before the same is sent again. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, answer: Pick<SnapActApiError, "problem" | "requestId" | "retryAfterMs">) {
    super(messageOf(status, answer.problem));
    this.status = status;
    this.code = answer.problem?.code;
    this.problem = answer.problem;
    this.requestId = answer.requestId;
    this.retryAfterMs = answer.retryAfterMs;
  }
}

/** No answer came, or none that could be read: what was asked may or may not have been done. See `cause`. */
export class SnapActConnectionError extends SnapActError {
  override readonly name: string = "SnapActConnectionError";
}

/** No answer came within `timeoutMs`. */
export class SnapActTimeoutError extends SnapActConnectionError {
  override readonly name: string = "SnapActTimeoutError";
}

/** Some of many entries were not answered, because of `cause`; after that, nothing more was sent. */
export class SnapActBatchError extends SnapActError {
  override readonly name: string = "SnapActBatchError";
  /** What became of the others, by `index`. */
  readonly results: readonly (CatalogResult | EventResult)[];
  /** Places of the entries of which it is not known what became, from 0. Sending them again does no harm. */
  readonly unanswered: readonly number[];

  constructor(
    results: readonly (CatalogResult | EventResult)[],
    unanswered: readonly number[],
    cause: unknown,
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${unanswered.length} of ${results.length + unanswered.length} were not answered: ${reason}`, {
      cause,
    });
    this.results = results;
    this.unanswered = unanswered;
  }
}

/** Why a webhook is not to be believed. */
export type SignatureFailure =
  | "header_missing"
  | "header_malformed"
  | "signature_mismatch"
  | "timestamp_outside_tolerance"
  | "body_malformed";

/** A webhook that did not come from SnapAct as it is, or not now: answer 400, and do nothing. */
export class SnapActSignatureError extends SnapActError {
  override readonly name: string = "SnapActSignatureError";
  readonly reason: SignatureFailure;

  constructor(reason: SignatureFailure, message: string) {
    super(message);
    this.reason = reason;
  }
}

const SHOWN_ERRORS = 3;

function messageOf(status: number, problem: Problem | undefined): string {
  if (problem === undefined) return `HTTP ${status}`;
  const errors = problem.errors ?? [];
  const shown = errors.slice(0, SHOWN_ERRORS).map(({ detail }) => detail);
  const more = errors.length > SHOWN_ERRORS ? [`${errors.length - SHOWN_ERRORS} more`] : [];
  return [`HTTP ${status} ${problem.code}: ${problem.detail}`, ...shown, ...more].join(" · ");
}
