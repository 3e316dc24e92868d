import { type IdPrefix, parseWireId } from "../ids.ts";
import { INSTANT_MUST_BE, parseInstant } from "./instant.ts";
import { integer, notation } from "./parameter-kinds.ts";
import { invalidParameters } from "./problem.ts";
import { type ParameterTable, queryReader, type ReadQuery } from "./query-parameters.ts";

/** A page of a list: at most `limit` things that come after the one of id `after` (a UUID). */
export type PageQuery = { readonly limit: number; readonly after: string | undefined };

/** `limit` and `cursor` of a list in the order of its ids. A cursor is the last id that was shown. */
export function pageParameters(prefix: IdPrefix) {
  return {
    limit: integer({
      description: "How many at most.",
      unit: "items",
      min: 1,
      max: 100,
      default: 20,
      example: 20,
    }),
    cursor: notation({
      description: "The `next_cursor` of the page before.",
      mustBe: "the next_cursor of the page before",
      schema: { type: "string" },
      read: (text) => parseWireId(prefix, text),
    }),
  };
}

/** `updated_since` of a list, read as epoch milliseconds. */
export const UPDATED_SINCE = notation({
  description: "Only what changed here at that instant or later.",
  mustBe: INSTANT_MUST_BE,
  schema: { type: "string", format: "date-time" },
  example: "2026-11-21T10:00:00Z",
  read: parseInstant,
});

/** An id with this prefix, read as a UUID. */
export function idParameter(prefix: IdPrefix, description: string) {
  const example = `${prefix}_01k9w2kt6fe1r8y3q5d7h9j2wa`;
  return notation({
    description,
    mustBe: `an id such as ${example}`,
    schema: { type: "string", pattern: `^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$` },
    example,
    read: (text) => parseWireId(prefix, text),
  });
}

/**
 * A reader of the query strings of requests by `table`.
 * @throws {Problem} 400 that names every parameter that is wrong.
 */
export function requestQueryReader<Table extends ParameterTable>(
  table: Table,
): (request: Request) => ReadQuery<Table>["values"] {
  const read = queryReader(table);
  return (request) => {
    const { values, errors } = read(new URL(request.url).search);
    if (!errors.none) throw invalidParameters(errors.list);
    return values;
  };
}

/** The answer for a page: `found` holds up to `limit + 1` things, the last of which only shows that there is more. */
export function pageOf<Item>(found: readonly Item[], limit: number, cursorOf: (item: Item) => string) {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next_cursor: found.length > limit && last !== undefined ? cursorOf(last) : null };
}
