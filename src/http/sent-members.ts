import * as z from "zod";
import { CURRENCIES } from "../currencies.ts";
import { INSTANT_MUST_BE, parseInstant } from "./instant.ts";
import { guided } from "./wire-schema.ts";

/** Members that entries of more than one capability are made of, as they are sent to us. */

export const MAX_REF_LENGTH = 128;

/** Whether `text` has `minLength` to `maxLength` characters (code points, of one or two UTF-16 units each). */
export function hasLength(text: string, minLength: number, maxLength: number): boolean {
  if (text.length < minLength || text.length > 2 * maxLength) return false;
  const length = text.length > maxLength ? [...text].length : text.length;
  return length <= maxLength;
}

/** Whether `value` may be a name of the sender's own, NUL and lone surrogates aside. */
export function isRef(value: unknown): value is string {
  return typeof value === "string" && hasLength(value, 1, MAX_REF_LENGTH);
}

/** A name of the sender's own, such as `external_ref`. */
export function sentRef(description: string) {
  return guided(
    z.string().refine(isRef).meta({ minLength: 1, maxLength: MAX_REF_LENGTH, description }),
    `1 to ${MAX_REF_LENGTH} characters of text`,
  );
}

/** An instant with `Z` or an offset: see `parseInstant`. */
export function sentInstant(description: string) {
  return guided(
    z
      .string()
      .refine((text) => parseInstant(text) !== undefined)
      .meta({ format: "date-time", description: `${description} RFC 3339, with \`Z\` or an offset.` }),
    INSTANT_MUST_BE,
  );
}

/** A latitude or longitude, from -`most` to `most`. */
export function sentDegrees(most: number, direction: string) {
  return guided(
    z.number().min(-most).max(most).describe(`Decimal degrees ${direction}, WGS-84.`),
    `a number of degrees between -${most} and ${most}, such as 6.43`,
  );
}

/** An amount of money in minor units. */
export function sentMoney(description: string) {
  return z
    .strictObject({
      amount: guided(
        z.int().min(0).max(Number.MAX_SAFE_INTEGER).describe("In minor units of `currency`."),
        `a whole number of minor units between 0 and ${Number.MAX_SAFE_INTEGER}, such as 125000`,
      ),
      currency: guided(
        z
          .string()
          .refine((code) => CURRENCIES.has(code))
          .meta({ pattern: "^[A-Z]{3}$", description: "ISO 4217." }),
        "an ISO 4217 code of money in use, in upper case, such as NGN",
      ),
    })
    .describe(description);
}

/** May be left out, or null, which is the same. */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullable().optional();
}
