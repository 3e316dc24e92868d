import { futureDetail, parseInstant } from "../http/instant.ts";
import { DETAILS, type EntryError } from "./entry.ts";

/** What a request does, by its method. */
export type CatalogVerb = "POST" | "PATCH" | "DELETE";

/** What the rules of entries depend on besides the entry. */
export type RuleTerms = {
  readonly verb: CatalogVerb;
  readonly nowMs: number;
  /** Whether the request has an Idempotency-Key. */
  readonly keyed: boolean;
};

type Members = Readonly<Record<string, unknown>>;
type Rule = (entry: Members, terms: RuleTerms) => Iterable<EntryError>;

const INSTANTS = [["observed_at"], ["verified_at"], ["proof", "captured_at"]];
const NAMES: ReadonlySet<string> = new Set(["external_ref", "location_ref", "observed_at"]);
const CHANGES = [...DETAILS, "price", "stock"];
/** Where null is the same as absent. */
const EVIDENCE: ReadonlySet<string> = new Set(["proof", "verified_at"]);

const RULES: Readonly<Record<CatalogVerb, readonly Rule[]>> = {
  POST: [notAhead, wholePlace],
  PATCH: [notAhead, wholePlace, something, quantityOrAdjust, adjustAlone, evidenceOfQuantity],
  DELETE: [notAhead],
};

/**
 * What is wrong with how the members of an entry go together, or with the clock; whatever may be wrong with each of
 * them. Pointers begin at the entry.
 */
export function ruleErrors(value: unknown, terms: RuleTerms): readonly EntryError[] {
  const entry = membersOf(value);
  if (entry === undefined) return [];
  return RULES[terms.verb].flatMap((rule) => [...rule(entry, terms)]);
}

function* notAhead(entry: Members, { nowMs }: RuleTerms): Iterable<EntryError> {
  for (const path of INSTANTS) {
    const value = path.reduce<unknown>((inner, name) => membersOf(inner)?.[name], entry);
    const instantMs = typeof value === "string" ? parseInstant(value) : undefined;
    const detail = instantMs && futureDetail(String(path.at(-1)), instantMs, nowMs);
    if (detail) yield { pointer: `/${path.join("/")}`, code: "future", detail };
  }
}

function* wholePlace({ proof }: Members): Iterable<EntryError> {
  const members = membersOf(proof) ?? {};
  const [lat, lng] = ["captured_lat", "captured_lng"] as const;
  if (isSaid(members[lat]) === isSaid(members[lng])) return;
  const [lacking, given] = isSaid(members[lat]) ? [lng, lat] : [lat, lng];
  yield {
    pointer: `/proof/${lacking}`,
    code: "missing",
    detail: `${lacking} is missing; it goes with ${given}`,
  };
}

function* something(entry: Members): Iterable<EntryError> {
  const says = (name: string) => !NAMES.has(name) && (isSaid(entry[name]) || !EVIDENCE.has(name));
  if (Object.keys(entry).some(says)) return;
  const detail = `the entry changes nothing; it must have one or more of ${CHANGES.join(", ")}`;
  yield { pointer: "", code: "missing", detail };
}

function* quantityOrAdjust(entry: Members): Iterable<EntryError> {
  const stock = membersOf(entry["stock"]);
  if (stock === undefined || "quantity" in stock || "adjust" in stock) return;
  const detail = "quantity is missing; stock must have it, or adjust";
  yield { pointer: "/stock/quantity", code: "missing", detail };
}

function* adjustAlone(entry: Members, { keyed }: RuleTerms): Iterable<EntryError> {
  const stock = membersOf(entry["stock"]);
  if (stock === undefined || !("adjust" in stock)) return;
  const pointer = "/stock/adjust";
  if (!keyed) {
    const detail = "adjust needs an Idempotency-Key header: without it a repeated request would count twice";
    yield { pointer, code: "idempotency_key_required", detail };
  }
  const company = [
    ...["quantity", "availability"].filter((name) => isSaid(stock[name])).map((name) => `/stock/${name}`),
    ...CHANGES.filter((name) => name !== "stock" && name in entry).map((name) => `/${name}`),
    ...[...EVIDENCE].filter((name) => isSaid(entry[name])).map((name) => `/${name}`),
  ];
  for (const beside of company) {
    const name = beside.slice(beside.lastIndexOf("/") + 1);
    const detail = `${name} must not stand beside stock.adjust, which comes alone; send it in an entry of its own`;
    yield { pointer: beside, code: "conflict", detail };
  }
}

function* evidenceOfQuantity(entry: Members): Iterable<EntryError> {
  const stock = membersOf(entry["stock"]);
  if (stock !== undefined && ("quantity" in stock || "adjust" in stock)) return;
  for (const name of EVIDENCE) {
    if (!isSaid(entry[name])) continue;
    const detail = `${name} is about a quantity; it must come together with stock.quantity`;
    yield { pointer: `/${name}`, code: "conflict", detail };
  }
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function membersOf(value: unknown): Members | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Members)
    : undefined;
}
