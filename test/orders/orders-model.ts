/**
 * Orders and the counts of a partner's few rows over plain objects, as slow and obvious as can be: decisions 7 and 12,
 * told a second time. It shares no code with the service. Every item has its title from its first count on, and no two
 * things are observed at the same time.
 */

export const MODEL_REFS = ["bread", "milk"] as const;
export const MODEL_LOCATIONS = ["yaba", "ikeja"] as const;
export type RowName = `${(typeof MODEL_REFS)[number]}@${(typeof MODEL_LOCATIONS)[number]}`;

export const ROW_NAMES: readonly RowName[] = MODEL_REFS.flatMap((ref) =>
  MODEL_LOCATIONS.map((at): RowName => `${ref}@${at}`),
);

const STATUSES = ["paid", "confirmed", "preparing", "ready", "on_the_way", "delivered"];
const NEVER = Number.NEGATIVE_INFINITY;

type Row = {
  count: number | null;
  /** As the shop says; null when it follows from the count. */
  stated: string | null;
  priced: boolean;
  countKnownAtMs: number;
  priceKnownAtMs: number;
  /** When the newest count, or the deletion that stands for one, was. */
  countedAtMs: number;
};

type Line = {
  readonly row: RowName;
  readonly quantity: number;
  /** What the count dropped by, and which count that was. */
  taken: { readonly by: number; readonly countedAtMs: number } | undefined;
};

type ModelOrder = { status: string; readonly lines: readonly Line[] };

export class OrdersModel {
  readonly #rows = new Map<RowName, Row>();
  readonly #titled = new Set<string>();
  readonly orders: ModelOrder[] = [];

  row(name: RowName): Row {
    const known = this.#rows.get(name);
    if (known !== undefined) return known;
    const row: Row = {
      count: null,
      stated: null,
      priced: false,
      countKnownAtMs: NEVER,
      priceKnownAtMs: NEVER,
      countedAtMs: NEVER,
    };
    this.#rows.set(name, row);
    return row;
  }

  isListed(name: RowName): boolean {
    const { count, priced } = this.row(name);
    return count !== null && priced && this.#titled.has(name.split("@")[0]!);
  }

  availability(name: RowName): string | null {
    const { count, stated } = this.row(name);
    if (count === null) return null;
    if (stated !== null) return stated;
    return count === 0 ? "out_of_stock" : count <= 5 ? "low_stock" : "in_stock";
  }

  /** What open reservations hold. */
  reserved(name: RowName): number {
    return this.orders
      .filter(({ status }) => status === "paid")
      .flatMap(({ lines }) => lines)
      .filter((line) => line.row === name)
      .reduce((sum, { quantity }) => sum + quantity, 0);
  }

  left(name: RowName): number {
    if (!this.isListed(name) || this.availability(name) === "out_of_stock") return 0;
    return Math.max(0, this.row(name).count! - this.reserved(name));
  }

  count(name: RowName, quantity: number, stated: string | null, atMs: number): void {
    this.#titled.add(name.split("@")[0]!);
    const row = this.row(name);
    if (atMs > row.priceKnownAtMs) Object.assign(row, { priced: true, priceKnownAtMs: atMs });
    if (atMs > row.countKnownAtMs) {
      Object.assign(row, { count: quantity, stated, countKnownAtMs: atMs, countedAtMs: atMs });
    }
  }

  remove(name: RowName, atMs: number): void {
    const row = this.row(name);
    if (atMs > row.priceKnownAtMs) Object.assign(row, { priced: false, priceKnownAtMs: atMs });
    if (atMs > row.countKnownAtMs) {
      Object.assign(row, { count: null, stated: null, countKnownAtMs: atMs, countedAtMs: atMs });
    }
  }

  /** `atMs` is undefined when nobody said. */
  adjust(name: RowName, by: number, atMs: number | undefined, nowMs: number): void {
    const row = this.row(name);
    if (row.count === null || (atMs !== undefined && atMs <= row.countedAtMs)) return;
    if (row.count + by < 0 || row.count + by > 1_000_000) return;
    row.count += by;
    row.countKnownAtMs = Math.max(row.countKnownAtMs, atMs ?? nowMs);
    if (row.stated !== "on_request" && row.stated !== "scheduled_only") row.stated = null;
  }

  /** What is left of each line when that is too few of any; else undefined, and it is ordered. */
  order(lines: readonly { readonly row: RowName; readonly quantity: number }[]): number[] | undefined {
    if (lines.some(({ row, quantity }) => quantity > this.left(row))) {
      return lines.map(({ row }) => this.left(row));
    }
    this.orders.push({ status: "paid", lines: lines.map((line) => ({ ...line, taken: undefined })) });
    return undefined;
  }

  /** Whether the order is so now. */
  become(order: ModelOrder, status: string, nowMs: number): boolean {
    if (order.status === status) return true;
    if (order.status === "delivered" || order.status === "cancelled") return false;
    if (status === "cancelled") {
      for (const { row, taken } of order.lines) this.#giveBack(this.row(row), taken, nowMs);
    } else if (STATUSES.indexOf(status) < STATUSES.indexOf(order.status)) {
      return false;
    } else if (order.status === "paid") {
      for (const line of order.lines) this.#take(line, nowMs);
    }
    order.status = status;
    return true;
  }

  #take(line: Line, nowMs: number): void {
    const row = this.row(line.row);
    if (row.count === null) return;
    const by = Math.min(line.quantity, row.count);
    line.taken = { by, countedAtMs: row.countedAtMs };
    row.count -= by;
    row.countKnownAtMs = Math.max(row.countKnownAtMs, nowMs);
    if (by > 0) forgetThatItCanBeHad(row);
  }

  #giveBack(row: Row, taken: Line["taken"], nowMs: number): void {
    if (taken === undefined || row.count === null || row.countedAtMs > taken.countedAtMs) return;
    const by = Math.min(taken.by, 1_000_000 - row.count);
    if (by === 0) return;
    row.count += by;
    row.countKnownAtMs = Math.max(row.countKnownAtMs, nowMs);
    forgetThatItCanBeHad(row);
  }
}

/** It then follows from the count; what was said to be out of stock, or not for taking along, stays so. */
function forgetThatItCanBeHad(row: Row): void {
  if (row.stated === "in_stock" || row.stated === "low_stock") row.stated = null;
}
