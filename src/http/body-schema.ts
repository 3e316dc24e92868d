import * as z from "zod";
import { type JsonPath, jsonPointer } from "./json-pointer.ts";
import type { BodyError } from "./json-text.ts";
import { nearestName } from "./nearest-name.ts";
import { mustBeOf } from "./wire-schema.ts";

export type SchemaReading<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly errors: readonly BodyError[] };

export type SchemaReadingOptions = {
  /** What `value` is called where it is wrong as a whole. */
  readonly subject: string;
  readonly maxErrors: number;
  /** The name of `known` that an unknown one is compared to; undefined when none is to be named. */
  readonly nearest: (name: string, known: readonly string[]) => string | undefined;
};

const BODY: SchemaReadingOptions = { subject: "the body", maxErrors: 50, nearest: nearestName };
const SHOWN_NAME_LENGTH = 64;

/** `value` as `schema` reads it, or what is wrong with it: at most one error for each place. */
export function readBySchema<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  options = BODY,
): SchemaReading<z.output<Schema>> {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  const byPointer = new Map<string, BodyError>();
  for (const issue of result.error.issues) {
    for (const error of errorsOf(issue, schema, value, options)) {
      if (byPointer.size < options.maxErrors && !byPointer.has(error.pointer))
        byPointer.set(error.pointer, error);
    }
  }
  return { ok: false, errors: [...byPointer.values()] };
}

function errorsOf(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  body: unknown,
  { subject, maxErrors, nearest }: SchemaReadingOptions,
): readonly BodyError[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    const known = namesAt(schemaAt(schema, path));
    return issue.keys.slice(0, maxErrors).map((name) => unknownMember(path, name, known, nearest));
  }
  const pointer = jsonPointer(path);
  const name = path.length === 0 ? subject : String(path.at(-1));
  const shown = typeof path.at(-1) === "number" ? `element ${name}` : name;
  const right = mustBe(schema, path) ?? `right: ${issue.message}`;
  return valueAt(body, path) === undefined
    ? [{ pointer, code: "missing", detail: `${shown} is missing; it must be ${right}` }]
    : [{ pointer, code: "invalid", detail: `${shown} must be ${right}` }];
}

function unknownMember(
  path: JsonPath,
  name: string,
  known: readonly string[],
  nearest: SchemaReadingOptions["nearest"],
): BodyError {
  const shown = name.length > SHOWN_NAME_LENGTH ? `${name.slice(0, SHOWN_NAME_LENGTH)}…` : name;
  const near = nearest(name, known);
  const alternative = near === undefined ? "" : `; the nearest known one is ${near}`;
  const hint = known.length === 0 ? "; none is accepted here" : alternative;
  return {
    pointer: jsonPointer([...path, shown]),
    code: "unknown",
    detail: `unknown member ${JSON.stringify(shown)}${hint}`,
  };
}

/** What the schema at `path` says would be right, else what its type says. */
function mustBe(schema: z.ZodType, path: JsonPath): string | undefined {
  const wanted = schemaAt(schema, path);
  if (wanted === undefined) return undefined;
  const stated = mustBeOf(wanted) ?? mustBeOf(unwrapped(wanted));
  if (stated !== undefined) return stated;
  const names = namesAt(wanted);
  if (names.length > 0) return `an object with ${names.join(", ")}`;
  return unwrapped(wanted) instanceof z.ZodObject ? "an empty object" : undefined;
}

function schemaAt(schema: z.ZodType, path: JsonPath): z.ZodType | undefined {
  let current: z.ZodType | undefined = schema;
  for (const step of path) {
    if (current === undefined) return undefined;
    const container = unwrapped(current);
    if (container instanceof z.ZodObject) current = memberOf(container, String(step));
    else current = container instanceof z.ZodArray ? (container.element as z.ZodType) : undefined;
  }
  return current;
}

function memberOf({ shape, def }: z.ZodObject, name: string): z.ZodType | undefined {
  return Object.hasOwn(shape, name) ? shape[name] : (def.catchall as z.ZodType | undefined);
}

function namesAt(schema: z.ZodType | undefined): readonly string[] {
  const object = schema && unwrapped(schema);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

function unwrapped(schema: z.ZodType): z.ZodType {
  let inner = schema;
  for (;;) {
    if (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable) inner = inner.unwrap() as z.ZodType;
    else if (inner instanceof z.ZodPipe) inner = inner.out as z.ZodType;
    else return inner;
  }
}

function valueAt(body: unknown, path: JsonPath): unknown {
  let value = body;
  for (const step of path)
    value = (value as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[step];
  return value;
}
