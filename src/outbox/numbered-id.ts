import type { Bind } from "../db/statement-values.ts";
import { ALPHABET, type IdPrefix, wireId } from "../ids.ts";
import { newId } from "../new-id.ts";

/** A UUID ends in as many hexadecimal digits, its wire form in as many letters, as these bits make. */
const COUNTER_BITS = 20;
const COUNTER_DIGITS = COUNTER_BITS / 4;
const COUNTER_LETTERS = COUNTER_BITS / 5;

/** SQL of an id, and of its wire form; what is not used must not be asked for, as each binds parameters. */
export type NumberedId = { readonly uuid: () => string; readonly wire: () => string };

/**
 * The UUIDv7 of row `n` (SQL of a number below a million) of this statement: random but for its last bits, which count
 * (RFC 9562, section 6.2). PostgreSQL 15 makes no such ids, and its wire form of another takes ten times as long.
 */
export function numberedId(bind: Bind, prefix: IdPrefix, atMs: number, n: string): NumberedId {
  const random = newId(atMs);
  const letters = Array.from({ length: COUNTER_LETTERS }, (_, i) => {
    const shift = COUNTER_BITS - 5 * (i + 1);
    return `substr('${ALPHABET}', 1 + (${n} >> ${shift} & 31)::int4, 1)`;
  });
  return {
    uuid: () => {
      const digits = bind(random.replaceAll("-", "").slice(0, -COUNTER_DIGITS), "text");
      return `(${digits} || lpad(to_hex(${n}), ${COUNTER_DIGITS}, '0'))::uuid`;
    },
    wire: () => {
      const beginning = bind(wireId(prefix, random).slice(0, -COUNTER_LETTERS), "text");
      return `${beginning} || ${letters.join(" || ")}`;
    },
  };
}
