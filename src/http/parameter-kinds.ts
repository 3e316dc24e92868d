import type { JsonSchema, Parameter } from "./query-parameters.ts";

type NumberOptions<Default> = {
  readonly description: string;
  /** What is counted, in the plural: "metres". */
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly default?: Default;
  readonly example: number;
};

const DECIMAL = /^-?\d+(?:\.\d+)?$/;
const WHOLE = /^-?\d+$/;

/** A number in plain decimal notation (no exponent, no `+`), between `min` and `max` inclusive. */
export function decimal<const Default extends number | undefined = undefined>(
  options: NumberOptions<Default>,
): Parameter<number, Default> {
  return numeric("number", "decimal", DECIMAL, options);
}

/** A whole number in decimal digits, between `min` and `max` inclusive. */
export function integer<const Default extends number | undefined = undefined>(
  options: NumberOptions<Default>,
): Parameter<number, Default> {
  return numeric("integer", "whole", WHOLE, options);
}

function numeric<Default extends number | undefined>(
  type: "number" | "integer",
  adjective: string,
  form: RegExp,
  { description, unit, min, max, example, default: absent }: NumberOptions<Default>,
): Parameter<number, Default> {
  return {
    description,
    mustBe: `a ${adjective} number of ${unit} between ${min} and ${max}, such as ${example}`,
    schema: { type, minimum: min, maximum: max, ...withDefault(absent) },
    example,
    read(text) {
      if (!form.test(text)) return undefined;
      // Adding 0 turns -0 into 0.
      const value = Number(text) + 0;
      return value >= min && value <= max ? value : undefined;
    },
    absent: absent as Default,
  };
}

/** Text of `minLength` to `maxLength` characters (code points), without NUL, which PostgreSQL cannot hold. */
export function text(options: {
  readonly description: string;
  readonly minLength: number;
  readonly maxLength: number;
  readonly example: string;
}): Parameter<string, undefined> {
  const { description, minLength, maxLength, example } = options;
  return {
    description,
    mustBe: `${minLength} to ${maxLength} characters of text without NUL, such as ${example}`,
    schema: { type: "string", minLength, maxLength },
    example,
    read(text) {
      // A code point takes one or two UTF-16 units: only texts between the two bounds need counting.
      if (text.length > 2 * maxLength || text.includes("\0")) return undefined;
      const length = text.length > maxLength ? [...text].length : text.length;
      return length >= minLength && length <= maxLength ? text : undefined;
    },
    absent: undefined,
  };
}

/** Text in a notation of its own, which `read` understands. */
export function notation<Value>(options: {
  readonly description: string;
  readonly mustBe: string;
  readonly schema: JsonSchema;
  readonly example?: string;
  readonly read: (text: string) => Value | undefined;
}): Parameter<Value, undefined> {
  return { ...options, absent: undefined };
}

/** One of `values`. */
export function choice<const Value extends string, const Default extends Value>(options: {
  readonly description: string;
  readonly values: readonly Value[];
  readonly default: Default;
}): Parameter<Value, Default> {
  const { description, values, default: absent } = options;
  return {
    description,
    mustBe: `one of ${values.join(", ")}`,
    schema: { type: "string", enum: values, default: absent },
    read: (text) => values.find((value) => value === text),
    absent,
  };
}

/** A comma-separated list of `values`: read as a set, in the order of `values`. */
export function choices<const Value extends string>(options: {
  readonly description: string;
  readonly values: readonly Value[];
  readonly default: readonly Value[];
}): Parameter<readonly Value[], readonly Value[]> {
  const { description, values, default: absent } = options;
  return {
    description,
    mustBe: `a comma-separated list of ${values.join(", ")}`,
    schema: { type: "array", items: { type: "string", enum: values }, minItems: 1, default: absent },
    example: absent,
    read(text) {
      const asked = new Set(text.split(","));
      const recognised = values.filter((value) => asked.has(value));
      return recognised.length === asked.size ? recognised : undefined;
    },
    absent,
  };
}

/** `true` or `false`; false when not given. */
export function flag(description: string): Parameter<boolean, false> {
  return {
    description,
    mustBe: "true or false",
    schema: { type: "boolean", default: false },
    read: (text) => (text === "true" ? true : text === "false" ? false : undefined),
    absent: false,
  };
}

function withDefault(value: unknown): JsonSchema {
  return value === undefined ? {} : { default: value };
}
