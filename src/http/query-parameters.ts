import { nearestName } from "./nearest-name.ts";

/** A JSON Schema (2020-12) as plain data. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** One query parameter: how its text is read, and what OpenAPI says of it. */
export type Parameter<Value, Absent extends Value | undefined> = {
  readonly description: string;
  /** What would be right, to follow "must be". */
  readonly mustBe: string;
  readonly schema: JsonSchema;
  readonly example?: Value | string;
  /** The value that `text` (decoded) stands for, or undefined when it stands for none. */
  readonly read: (text: string) => Value | undefined;
  /** What the parameter is when it is not given. */
  readonly absent: Absent;
};

export type ParameterTable = { readonly [name: string]: Parameter<unknown, unknown> };

type ParameterValues<Table extends ParameterTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Parameter<infer Value, infer Absent>
    ? Value | Absent
    : never;
};

type ParameterErrorCode = "invalid" | "repeated" | "encoding" | "unknown" | "missing" | "conflict";

/** What is wrong with one parameter, and what would be right. */
export type ParameterError = {
  readonly parameter: string;
  readonly code: ParameterErrorCode;
  readonly detail: string;
};

/** What a query string says: meaningful only when `errors` is empty. */
export type ReadQuery<Table extends ParameterTable> = {
  readonly values: ParameterValues<Table>;
  /** Names of the table's parameters that occur, well-formed or not. */
  readonly given: ReadonlySet<string>;
  readonly errors: ParameterErrors;
};

/** The errors of one request, at most one for each parameter: the first that was found. */
class ParameterErrors {
  readonly #byParameter = new Map<string, ParameterError>();

  add(parameter: string, code: ParameterErrorCode, detail: string): void {
    if (!this.#byParameter.has(parameter)) this.#byParameter.set(parameter, { parameter, code, detail });
  }

  get list(): readonly ParameterError[] {
    return [...this.#byParameter.values()];
  }

  get none(): boolean {
    return this.#byParameter.size === 0;
  }
}

/** Unknown names beyond this many are not reported one by one: finding the nearest name has a price. */
const UNKNOWN_NAMES_REPORTED = 20;
const SHOWN_NAME_LENGTH = 64;

/**
 * A reader of raw query strings (`application/x-www-form-urlencoded`, a leading `?` allowed) by `table`. It
 * never throws, and reports every parameter that is unknown, repeated, badly encoded or badly written.
 */
export function queryReader<Table extends ParameterTable>(
  table: Table,
): (rawQuery: string) => ReadQuery<Table> {
  const parameters = new Map(Object.entries(table));
  const absent = Object.fromEntries(Object.entries(table).map(([name, { absent }]) => [name, absent]));

  return function readQuery(rawQuery) {
    const values: Record<string, unknown> = { ...absent };
    const given = new Set<string>();
    const errors = new ParameterErrors();
    let unknownNames = 0;

    let start = rawQuery.startsWith("?") ? 1 : 0;
    while (start < rawQuery.length) {
      const ampersand = rawQuery.indexOf("&", start);
      const end = ampersand === -1 ? rawQuery.length : ampersand;
      const pair = rawQuery.slice(start, end);
      start = end + 1;
      if (pair === "") continue;

      const equals = pair.indexOf("=");
      const rawName = equals === -1 ? pair : pair.slice(0, equals);
      const name = decode(rawName) ?? rawName;
      const parameter = parameters.get(name);
      if (parameter === undefined) {
        if (unknownNames++ < UNKNOWN_NAMES_REPORTED) reportUnknown(errors, name, parameters.keys());
      } else if (given.has(name)) {
        errors.add(name, "repeated", `${name} is given more than once; it must be ${parameter.mustBe}`);
      } else {
        given.add(name);
        const text = decode(equals === -1 ? "" : pair.slice(equals + 1));
        const value = text === undefined ? undefined : parameter.read(text);
        if (text === undefined) {
          errors.add(
            name,
            "encoding",
            `${name} is not percent-encoded UTF-8; it must be ${parameter.mustBe}`,
          );
        } else if (value === undefined) {
          errors.add(name, "invalid", `${name} must be ${parameter.mustBe}`);
        }
        values[name] = value;
      }
    }
    return { values: values as ParameterValues<Table>, given, errors };
  };
}

/** The text that a name or value of a query string encodes, or undefined when that is not well-formed Unicode. */
function decode(encoded: string): string | undefined {
  if (!encoded.isWellFormed()) return undefined;
  if (!encoded.includes("%")) return encoded.includes("+") ? encoded.replaceAll("+", " ") : encoded;
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

function reportUnknown(errors: ParameterErrors, name: string, known: Iterable<string>): void {
  const shown = (
    name.length > SHOWN_NAME_LENGTH ? `${name.slice(0, SHOWN_NAME_LENGTH)}…` : name
  ).toWellFormed();
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? "none is accepted here" : `the nearest known one is ${nearest}`;
  errors.add(shown, "unknown", `unknown parameter ${JSON.stringify(shown)}; ${hint}`);
}

/** The OpenAPI 3.1 parameter objects of `table`. */
export function openApiParameters(table: ParameterTable): readonly JsonSchema[] {
  return Object.entries(table).map(([name, { description, schema, example }]) => ({
    name,
    in: "query",
    required: false,
    description,
    ...(schema["type"] === "array" && { style: "form", explode: false }),
    schema,
    ...(example !== undefined && { example }),
  }));
}
