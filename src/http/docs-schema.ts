import type { JsonSchema } from "./query-parameters.ts";

/** One member of an answer: where it is (`items[].price.amount`), its type in words, and what it means. */
export type Field = { readonly path: string; readonly type: string; readonly description: string };

export type Schemas = Readonly<Record<string, JsonSchema>>;

/** Every member of `schema` and of what it contains, outermost first; variants of one place are merged. */
export function fieldsOf(schema: JsonSchema, schemas: Schemas): readonly Field[] {
  const byPath = new Map<string, Field>();
  for (const field of fieldsWithin(schema, "", schemas)) {
    const seen = byPath.get(field.path);
    const type =
      seen === undefined || seen.type === field.type ? field.type : `${seen.type} or ${field.type}`;
    byPath.set(field.path, { ...field, type });
  }
  return [...byPath.values()];
}

function fieldsWithin(schema: JsonSchema, path: string, schemas: Schemas): Field[] {
  return variants(schema, schemas).flatMap((variant) => {
    const items = variant["items"] as JsonSchema | undefined;
    if (items !== undefined) return fieldsWithin(items, `${path}[]`, schemas);
    return Object.entries((variant["properties"] ?? {}) as Schemas).flatMap(([name, member]) => {
      const memberPath = path === "" ? name : `${path}.${name}`;
      const description = describe(member, schemas);
      return [
        { path: memberPath, type: typeInWords(member, schemas), description },
        ...fieldsWithin(member, memberPath, schemas),
      ];
    });
  });
}

/** The type of a value in words: "integer, 1 to 100", "one of `a`, `b`", "text or null". */
export function typeInWords(schema: JsonSchema, schemas: Schemas): string {
  const words = variants(schema, schemas).map((variant) => plainType(variant, schemas));
  return [...new Set(words)].join(" or ");
}

function plainType(schema: JsonSchema, schemas: Schemas): string {
  if ("const" in schema) return `\`${String(schema["const"])}\``;
  if (Array.isArray(schema["enum"])) return `one of ${schema["enum"].map((v) => `\`${v}\``).join(", ")}`;
  switch (schema["type"]) {
    case "array":
      return `list of ${typeInWords((schema["items"] ?? {}) as JsonSchema, schemas)}`;
    case "integer":
    case "number":
      return `${schema["type"]}${bounds(schema["minimum"], schema["maximum"])}`;
    case "string":
      return `${STRING_FORMATS[String(schema["format"])] ?? "text"}${bounds(schema["minLength"], schema["maxLength"], " characters")}`;
    default:
      return String(schema["type"] ?? "anything");
  }
}

const STRING_FORMATS: Readonly<Record<string, string>> = { "date-time": "instant", uri: "URL" };

function bounds(least: unknown, most: unknown, unit = ""): string {
  const shownMost = most === Number.MAX_SAFE_INTEGER ? undefined : most;
  if (least === undefined && shownMost === undefined) return "";
  if (shownMost === undefined) return `, at least ${least}${unit}`;
  return least === undefined ? `, at most ${shownMost}${unit}` : `, ${least} to ${shownMost}${unit}`;
}

function variants(schema: JsonSchema, schemas: Schemas): readonly JsonSchema[] {
  const resolved = resolve(schema, schemas);
  const anyOf = resolved["anyOf"] as readonly JsonSchema[] | undefined;
  if (anyOf !== undefined) return anyOf.flatMap((variant) => variants(variant, schemas));
  return [resolved["type"]].flat().map((type) => ({ ...resolved, type }));
}

function describe(schema: JsonSchema, schemas: Schemas): string {
  const own = schema["description"] ?? resolve(schema, schemas)["description"];
  const inside = (schema["anyOf"] as readonly JsonSchema[] | undefined)?.map((v) => v["description"]);
  return String(own ?? inside?.find((text) => text !== undefined) ?? "");
}

function resolve(schema: JsonSchema, schemas: Schemas): JsonSchema {
  const reference = schema["$ref"];
  if (typeof reference !== "string") return schema;
  return schemas[reference.slice(reference.lastIndexOf("/") + 1)] ?? {};
}
