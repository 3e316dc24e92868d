import { UPDATED_SINCE } from "../http/list-parameters.ts";
import { choices, integer, notation, text } from "../http/parameter-kinds.ts";
import { MAX_REF_LENGTH } from "../http/sent-members.ts";
import { AVAILABILITIES } from "../stock-words.ts";
import { readListCursor } from "./list-cursor.ts";
import { MAX_PAGE_ITEMS } from "./schema.ts";

/** The query parameters of the list. */
export const CATALOG_PARAMETERS = {
  updated_since: UPDATED_SINCE,
  external_ref: text({
    description: "Only the item that you call so.",
    minLength: 1,
    maxLength: MAX_REF_LENGTH,
    example: "SKU-1",
  }),
  location_ref: text({
    description: "Only what is at the location that you call so.",
    minLength: 1,
    maxLength: MAX_REF_LENGTH,
    example: "yaba-1",
  }),
  availability: choices({
    description: "Only these availabilities: a comma-separated list.",
    values: AVAILABILITIES,
    default: AVAILABILITIES,
  }),
  limit: integer({
    description: "How many at most.",
    unit: "items",
    min: 1,
    max: MAX_PAGE_ITEMS,
    default: 100,
    example: 100,
  }),
  cursor: notation({
    description: "The `next_cursor` of the page before. The other parameters should be as they were then.",
    mustBe: "the next_cursor of the page before",
    schema: { type: "string" },
    read: readListCursor,
  }),
};
