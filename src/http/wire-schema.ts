// As a namespace, so that the bundle holds only the parts of zod that are used: a quarter of it.
import * as z from "zod";
import { PROBLEM_KINDS, type ProblemCode } from "./problem.ts";

// A Worker must not make code from strings, which zod would otherwise try. Said here, before any schema is made.
z.config({ jitless: true });

/** Members that every capability's wire shapes are made of; they describe answers, guard tests and read bodies. */

const guidance = z.registry<{ readonly mustBe: string }>();

/** `schema`, with what a refusal says would be right: it follows "must be". */
export function guided<Schema extends z.ZodType>(schema: Schema, mustBe: string): Schema {
  guidance.add(schema, { mustBe });
  return schema;
}

/** What was said of `schema` by `guided`. */
export function mustBeOf(schema: z.ZodType): string | undefined {
  return guidance.get(schema)?.mustBe;
}

export const instant = guided(
  z.iso.datetime().describe("RFC 3339, UTC."),
  "an instant in UTC as in RFC 3339, such as 2026-11-21T10:00:00Z",
);

/** Text of `minLength` to `maxLength` characters (code points), not blank. */
export function textMember(minLength: number, maxLength: number, description: string): z.ZodType<string> {
  const fits = (text: string) => {
    // A code point takes one or two UTF-16 units.
    if (text.length > 2 * maxLength || text.trim() === "") return false;
    const length = [...text].length;
    return length >= minLength && length <= maxLength;
  };
  return guided(
    z.string().refine(fits).meta({ minLength, maxLength, description }),
    `${minLength} to ${maxLength} characters of text, not only spaces`,
  );
}

/** An id as the wire shows it: `<prefix>_<26 characters>`, in the order in which things were made. */
export function wireIdSchema(prefix: string) {
  return z.string().regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`));
}

/** What a page of a list ends with. */
export const nextCursor = z.string().nullable().describe("The `cursor` of the next page; null on the last.");

/** The body of what takes none: absent, or `{}`. */
export const EmptyBodySchema = z.strictObject({});

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
          z.strictObject({
            parameter: z.string().describe("Which parameter, of the query or the path."),
            ...inputErrorMembers,
          }),
          z.strictObject({
            pointer: z.string().describe("Where in the body, as a JSON Pointer."),
            ...inputErrorMembers,
          }),
        ]),
      )
      .min(1)
      .optional()
      .describe("Everything wrong with the input."),
    created_id: z
      .string()
      .optional()
      .describe("Only with `already_created`: what the first request with this Idempotency-Key created."),
    results: z
      .array(z.unknown())
      .optional()
      .describe(
        "Only of the catalog and of commerce events, when every entry was rejected: what became of each, as in an answer of 200.",
      ),
    summary: z.unknown().optional().describe("Beside `results`: how many entries have each status."),
    lines: z
      .array(
        z.strictObject({
          item_id: wireIdSchema("itm"),
          location_id: wireIdSchema("loc"),
          requested: z.int().min(1),
          left: z.int().min(0).describe("Counted, open orders subtracted; 0 of what is not to be had."),
        }),
      )
      .optional()
      .describe("Only with `insufficient_stock`: every line of the order, in its order."),
  })
  .describe("Why a request was not answered as asked (RFC 9457).");

export const HealthSchema = z
  .strictObject({ status: z.literal("ok") })
  .describe("The service and its database answer.");
