import { unavailable } from "./problem.ts";

/** A body of 4 MiB takes ten times as much while it is worked on; an isolate has 128 MiB. */
const MAX_BYTES = 12 * 1024 * 1024;

/** How many bytes of bodies an isolate holds at once. */
export class BodyBudget {
  #bytes = 0;

  /** A body's share, which grows as the body arrives. */
  open(): BodyShare {
    let own = 0;
    return {
      add: (bytes) => {
        own += bytes;
        this.#bytes += bytes;
        if (this.#bytes <= MAX_BYTES) return;
        const detail = "Too many large bodies came at once, so nothing was done. Send this one again.";
        throw unavailable(detail, new Error("the body budget is spent"));
      },
      close: () => {
        this.#bytes -= own;
        own = 0;
      },
    };
  }
}

type BodyShare = {
  /** @throws {Problem} 503 when the isolate holds too much. */
  readonly add: (bytes: number) => void;
  readonly close: () => void;
};
