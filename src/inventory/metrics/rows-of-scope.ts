import type { Bind } from "../../db/statement-values.ts";
import type { MetricsScope } from "./scope.ts";

/** A scope's parameters, each bound once, and SQL that speaks of its stock rows `s`. */
export type RowsOfScope = {
  readonly partner: string;
  /** Null: at any location. */
  readonly locationRef: string | null;
  /** FROM item: the rows, with their items `i`. */
  readonly withItems: string;
  /** FROM item: the rows, with their items only if the scope asks for it. */
  readonly alone: string;
  /** None of them is read unless `due`, a table of one row or none, has a row. */
  readonly where: readonly string[];
};

const WITH_ITEMS = "stock_rows s JOIN items i ON i.item_id = s.item_id AND i.partner_id = s.partner_id";

export function rowsOfScope(bind: Bind, { partnerId, locationRef, category }: MetricsScope): RowsOfScope {
  const partner = bind(partnerId, "uuid");
  const where = [`s.partner_id = ${partner}`, "EXISTS (SELECT FROM due)"];
  if (locationRef !== null) where.push("s.location_id = (SELECT location_id FROM due)");
  if (category !== null) where.push(`i.category = ${bind(category, "text")}`);
  return {
    partner,
    locationRef: locationRef === null ? null : bind(locationRef, "text"),
    withItems: WITH_ITEMS,
    alone: category === null ? "stock_rows s" : WITH_ITEMS,
    where,
  };
}
