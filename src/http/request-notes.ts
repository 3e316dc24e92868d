import type { Point } from "../geo/point.ts";
import type { ProblemCode } from "./problem.ts";

/** What routes note of a request while they answer it, for its line in the log. */
export type RequestNotes = {
  /** Where things are to be delivered. */
  deliveryPoint: Point | undefined;
  /** How the answer was come by, and why not in a faster way. */
  answeredBy: { readonly kind: string; readonly reason?: string } | undefined;
  /** Of the problem that was the answer. */
  problemCode: ProblemCode | undefined;
};
