import { unavailable } from "./problem.ts";

/** A body of 4 MiB takes ten times as much while it is worked on; an isolate has 128 MiB. */
const MAX_BYTES = 12 * 1024 * 1024;

/** How many bytes of bodies an isolate works on at once. */
export class BodyBudget {
  #bytes = 0;

  /**
   * Makes room for a body, until the returned function is called. One alone always has room.
   * @throws {Problem} 503 when too much is being worked on.
   */
  take(bytes: number): () => void {
    if (this.#bytes > 0 && this.#bytes + bytes > MAX_BYTES) {
      const detail = "Too many large bodies came at once, so this one was not read. Send it again.";
      throw unavailable(detail, new Error("the body budget is spent"));
    }
    this.#bytes += bytes;
    return () => {
      this.#bytes -= bytes;
    };
  }
}
