import type { CatalogVerb } from "./entry-rules.ts";

/** What the cells of a column hold; an empty one holds nothing. */
type CellKind = "text" | "whole" | "decimal";

export type Column = {
  /** The way to the member that its cells are. */
  readonly path: readonly [string] | readonly [string, string];
  readonly kind: CellKind;
  /** What else it may be called, besides its path joined with `.` or `_`. */
  readonly aliases: readonly string[];
  /** Which requests know it. */
  readonly verbs: readonly CatalogVerb[];
};

const EVERY: readonly CatalogVerb[] = ["POST", "PATCH", "DELETE"];
const WRITES: readonly CatalogVerb[] = ["POST", "PATCH"];

function column(
  path: Column["path"],
  kind: CellKind,
  verbs: readonly CatalogVerb[],
  ...aliases: readonly string[]
): Column {
  return { path, kind, aliases, verbs };
}

/** Every column that a CSV body may have. */
const COLUMNS: readonly Column[] = [
  column(["external_ref"], "text", EVERY),
  column(["location_ref"], "text", EVERY),
  column(["observed_at"], "text", EVERY),
  column(["title"], "text", WRITES),
  column(["description"], "text", WRITES),
  column(["brand"], "text", WRITES),
  column(["category"], "text", WRITES),
  column(["gtin"], "text", WRITES),
  column(["image_url"], "text", WRITES),
  column(["buy_url"], "text", WRITES),
  column(["price", "amount"], "whole", WRITES, "amount", "price"),
  column(["price", "currency"], "text", WRITES, "currency"),
  column(["stock", "quantity"], "whole", WRITES, "quantity", "stock"),
  column(["stock", "availability"], "text", WRITES, "availability"),
  column(["stock", "adjust"], "whole", ["PATCH"], "adjust"),
  column(["proof", "kind"], "text", WRITES),
  column(["proof", "media_url"], "text", WRITES),
  column(["proof", "sha256"], "text", WRITES),
  column(["proof", "captured_at"], "text", WRITES),
  column(["proof", "captured_lat"], "decimal", WRITES),
  column(["proof", "captured_lng"], "decimal", WRITES),
  column(["verified_at"], "text", WRITES),
];

/** The columns that requests with this verb know, by every name in `comparableHeader`'s form. */
export function columnsByName(verb: CatalogVerb): ReadonlyMap<string, Column> {
  const known = COLUMNS.filter(({ verbs }) => verbs.includes(verb));
  return new Map(
    known.flatMap((each) => [each.path.join("_"), ...each.aliases].map((name) => [name, each] as const)),
  );
}

/** `Price.Amount`, `price amount` and `price-amount` are all `price_amount`. */
export function comparableHeader(name: string): string {
  return name.trim().toLowerCase().replaceAll(/[ .-]/g, "_");
}

const NUMBER_FORMS = { whole: /^-?(?:0|[1-9]\d*)$/, decimal: /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/ };

/** What a cell stands for in JSON; text that is not the number it should be is left for the schema to refuse. */
export function cellValue(kind: CellKind, cell: string): string | number {
  return kind !== "text" && NUMBER_FORMS[kind].test(cell) ? Number(cell) : cell;
}
