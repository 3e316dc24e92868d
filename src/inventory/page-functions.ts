import type { Statement } from "../db/client.ts";
import { fnv1a64 } from "../fnv1a.ts";
import { locationsAround } from "./nearby-locations.ts";
import type { NearbyQuery } from "./nearby-query.ts";
import { pageStatement } from "./nearby-statement.ts";

/**
 * What is asked most. PostgreSQL parses and plans a statement anew whenever it comes over Neon's HTTP, which takes
 * twice as long as to run it; what a function in PL/pgSQL says it plans once in a session. So the statements of these
 * questions are the bodies of functions. `scripts/page-functions.ts` prints the migration that makes them.
 */
const ASKED_MOST: Readonly<Record<string, Partial<NearbyQuery>>> = {
  anything: {},
  category: { category: "dairy" },
  word: { product: "milk" },
  two_words: { product: "whole milk" },
  three_words: { product: "fresh whole milk" },
};

const ANYTHING: NearbyQuery = {
  point: { lat: 0, lng: 0 },
  radiusM: 1,
  product: undefined,
  category: undefined,
  gtin: undefined,
  partnerId: undefined,
  locationId: undefined,
  availability: [],
  minQty: 1,
  maxAgeS: 1,
  proofRequired: false,
  maxPrice: undefined,
  currency: undefined,
  openNow: false,
  deliverable: false,
  sort: "distance",
  limit: 1,
  cursor: undefined,
  explain: false,
};

/** A statement, and the function that holds it: its name says what the text was, so that no other has it. */
export type PageFunction = { readonly name: string; readonly text: string };

/** The statements of what is asked most, each with its function. */
export function pageFunctions(): PageFunction[] {
  return Object.entries(ASKED_MOST).map(([what, asked]) => {
    const query = { ...ANYTHING, ...asked };
    const { text } = pageStatement({
      query,
      nowMs: 0,
      after: undefined,
      rows: 1,
      locations: (bind) => locationsAround(query, query.radiusM, 0, bind),
      explain: undefined,
    });
    return { name: `nearby_${what}_${fnv1a64(text)}`, text };
  });
}

let functionNames: ReadonlyMap<string, string> | undefined;

/** The statement, or a call of the function that holds it. */
export function planned(statement: Statement): Statement {
  functionNames ??= new Map(pageFunctions().map(({ name, text }) => [text, name]));
  const name = functionNames.get(statement.text);
  if (name === undefined) return statement;
  const { values } = statement;
  return { text: `SELECT ${name}(${values.map((_, i) => `$${i + 1}`).join()})`, values };
}

const PARAMETER = /\$(\d+)::(\w+(?:\[\])?)/g;

/** SQL that makes the function. Its plan is good for all values, and is not to be compared with others. */
export function createPageFunction({ name, text }: PageFunction): string {
  const types = new Map([...text.matchAll(PARAMETER)].map(([, place, type]) => [Number(place), type]));
  const parameters = Array.from(types, (_, i) => types.get(i + 1));
  return `CREATE FUNCTION ${name}(${parameters.join(", ")}) RETURNS text LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $function$
BEGIN
RETURN (${text});
END
$function$;`;
}
