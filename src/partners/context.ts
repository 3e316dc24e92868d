import type { Environment } from "../config.ts";
import type { Database } from "../db/client.ts";
import { Problem } from "../http/problem.ts";

/** What the verbs of this capability need of the world around them. */
export type PartnersContext = {
  readonly database: Database;
  readonly environment: Environment;
  readonly now: () => number;
};

/** The 404 of a thing that does not exist, or belongs to another: nobody can tell which. */
export function noSuch(thing: "partner" | "key"): Problem {
  return new Problem("not_found", `There is no ${thing} with this id.`);
}

/** The problem that a refused write of keys is. */
export function keyRefusal(refusal: string | null): Problem {
  switch (refusal) {
    case "no_partner":
      return noSuch("partner");
    case "not_approved":
      return new Problem(
        "forbidden",
        "Keys can be created while the partner is approved. This one is not: GET /partners/me says how it stands.",
      );
    case "not_active":
      return new Problem("conflict", "This key has expired or was revoked: create a new one instead.");
    default:
      return noSuch("key");
  }
}
