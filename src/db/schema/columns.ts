import { customType, timestamp } from "drizzle-orm/pg-core";

/** To the millisecond, as JavaScript's clocks go, so that a cursor can name one exactly. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

export const bytea = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });
