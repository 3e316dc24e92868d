// As a namespace, so that the bundle holds only the parts of zod that are used: a quarter of it.
import * as z from "zod";
import { PROBLEM_KINDS, type ProblemCode } from "./problem.ts";

/** Members that every capability's wire shapes are made of; they describe answers and guard tests. */

export const instant = z.iso.datetime().describe("RFC 3339, UTC.");

/** An id as the wire shows it: `<prefix>_<26 characters>`, in the order in which things were made. */
export function wireIdSchema(prefix: string) {
  return z.string().regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`));
}

const problemCodes = Object.keys(PROBLEM_KINDS) as [ProblemCode, ...ProblemCode[]];

const inputErrorMembers = {
  code: z.string().describe("What kind of mistake."),
  detail: z.string().describe("What is wrong, and what would be right."),
};

export const ProblemSchema = z
  .strictObject({
    type: z.string().describe("Where this kind of problem is explained."),
    title: z.string(),
    status: z.int().min(400).max(599).describe("The HTTP status."),
    detail: z.string().describe("What happened this time."),
    instance: z.string().describe("The request's id, as in `X-Request-Id`."),
    code: z.enum(problemCodes).describe("The kind of problem: stable, for programs."),
    errors: z
      .array(
        z.union([
          z.strictObject({ parameter: z.string().describe("Which query parameter."), ...inputErrorMembers }),
          z.strictObject({
            pointer: z.string().describe("Where in the body, as a JSON Pointer."),
            ...inputErrorMembers,
          }),
        ]),
      )
      .min(1)
      .optional()
      .describe("Everything wrong with the input."),
  })
  .describe("Why a request was not answered as asked (RFC 9457).");

export const HealthSchema = z
  .strictObject({ status: z.literal("ok") })
  .describe("The service and its database answer.");
