/** Folders of `src` that are capabilities: none of them knows another. */
const CAPABILITIES = [
  "catalog",
  "events",
  "feeds",
  "inventory",
  "locations",
  "orders",
  "partners",
  "stats",
  "webhooks",
];
const CAPABILITY = `src/(?:${CAPABILITIES.join("|")})/`;

/** Files without I/O, clock or chance: given the same arguments they return the same. */
export const PURE_FILES: readonly RegExp[] = [
  /^src\/catalog\/(canonical-json|detail-registers|entry|list-cursor|observation|plan)\.ts$/,
  /^src\/events\/event\.ts$/,
  /^src\/geo\//,
  /^src\/(availability|base64|currencies|gtin|hex|ids|ratio|recent-map|stock-words|time-zone|words)\.ts$/,
  /^src\/http\/(instant|json-pointer|json-text|metrics-format|nearest-name|parameter-kinds|prometheus|query-parameters|utf8)\.ts$/,
  /^src\/inventory\/(delivery-estimate|freshness|opening-hours)\.ts$/,
  /^src\/inventory\/(instant-text|location-verdicts|nearby-explain|nearby-json|page-columns)\.ts$/,
  /^src\/inventory\/(nearby-query|parameters|parse-nearby)\.ts$/,
  /^src\/inventory\/metrics\/(counted|figures|largest-figures|metrics|prometheus|scope)\.ts$/,
  /^src\/inventory\/tiles\/(asked-rows|delivery-rows|disc-tiles|excluded-rows|found-row|held-locations|item-test|missing)\.ts$/,
  /^src\/inventory\/tiles\/(moved-shelves|nearest-(heap|rows)|page-rows|row-(ids|numbers|orders|search|test))\.ts$/,
  /^src\/inventory\/tiles\/(remembered-questions|shelf-judge|sorted-rows|tile|tile-search)\.ts$/,
  /^src\/limits\/(blind-allowance|charge-time|grant-records|lease-call|lease-holder|leases|ledger)\.ts$/,
  /^src\/limits\/(limited-address|policies|rate-limit-headers|spending-rate)\.ts$/,
  /^src\/orders\/order-status\.ts$/,
  /^src\/outbox\/event-types\.ts$/,
  /^src\/sdk\/(chunks|pages|query-string|retry-delay)\.ts$/,
  /^src\/stats\/(series|sums)\.ts$/,
  /^src\/webhooks\/(host-name|retry-schedule|webhook-url)\.ts$/,
];
const PURE_PACKAGES = /^(h3-js|geographiclib-geodesic)$/;

/** What the files that match `from` (and not `exceptFrom`) must not import. */
export type ImportRule = {
  readonly name: string;
  readonly why: string;
  readonly from: readonly RegExp[];
  readonly exceptFrom?: readonly RegExp[];
  /** Files of this repository by path, or packages by specifier. */
  readonly to: readonly RegExp[];
  readonly exceptTo?: readonly RegExp[];
  /** Whether types alone may be imported. */
  readonly typesAllowed?: boolean;
};

const ANY = [/^/];

/** Imports run one way: worker -> app -> routes -> verb -> queries -> db. */
export const IMPORT_RULES: readonly ImportRule[] = [
  {
    name: "worker-is-the-entry",
    why: "nothing imports the entry",
    from: ANY,
    to: [/^src\/worker\.ts$/],
  },
  {
    name: "app-belongs-to-worker",
    why: "only the worker imports the app",
    from: ANY,
    exceptFrom: [/^src\/worker\.ts$/],
    to: [/^src\/app\.ts$/],
  },
  {
    name: "routes-belong-to-app",
    why: "only the app mounts routes",
    from: ANY,
    exceptFrom: [/^src\/app\.ts$/],
    to: [/^src\/.+\/routes\.ts$/],
  },
  {
    name: "routes-ask-verbs",
    why: "routes parse, authorise, call and answer; the database is the verb's business",
    from: [/^src\/.+\/routes\.ts$/],
    to: [/^src\/db\//, /^src\/[^/]+\/(.*-)?queries\.ts$/],
    typesAllowed: true,
  },
  {
    name: "queries-know-only-the-database",
    why: "SQL knows nothing of who asks and how",
    from: [/^src\/[^/]+\/(.*-)?queries\.ts$/],
    to: [/^src\/(http|auth|limits)\//],
  },
  {
    name: "hono-belongs-to-http",
    why: "verbs know nothing of the web framework",
    from: ANY,
    exceptFrom: [/^src\/(app|worker)\.ts$/, /^src\/http\//, /^src\/.+\/routes\.ts$/],
    to: [/^hono(\/|$)/],
  },
  ...CAPABILITIES.map((capability) => ({
    name: `${capability}-stands-alone`,
    why: "capabilities do not import one another; the app hands one what it needs of another",
    from: [new RegExp(`^src/${capability}/`)],
    to: [new RegExp(`^${CAPABILITY}`)],
    exceptTo: [new RegExp(`^src/${capability}/`)],
  })),
  {
    name: "shared-code-knows-no-capability",
    why: "what capabilities share lies below them",
    from: ANY,
    exceptFrom: [/^src\/(app|contributions|worker)\.ts$/, new RegExp(`^${CAPABILITY}`)],
    to: [new RegExp(`^${CAPABILITY}`)],
  },
  {
    name: "db-is-the-ground",
    why: "the database client knows nothing of what is built on it",
    from: [/^src\/db\//],
    to: [/^src\//],
    exceptTo: [/^src\/db\//, /^src\/config\.ts$/, ...PURE_FILES],
  },
  {
    name: "h3-belongs-to-geo",
    why: "only src/geo imports h3-js",
    from: ANY,
    exceptFrom: [/^src\/geo\//],
    to: [/^h3-js$/],
  },
  {
    name: "driver-belongs-to-db",
    why: "only src/db imports the driver",
    from: ANY,
    exceptFrom: [/^src\/db\//],
    to: [/^@neondatabase\//, /^drizzle-orm\/neon/],
  },
  {
    name: "no-node-in-the-worker",
    why: "the Worker runs in workerd, without Node's modules",
    from: ANY,
    exceptFrom: [/^src\/sdk\//],
    to: [/^node:/],
  },
  {
    name: "sdk-stands-alone",
    why: "the SDK is a package of its own, without dependencies",
    from: [/^src\/sdk\//],
    to: ANY,
    exceptTo: [/^src\/sdk\//, /^node:crypto$/],
  },
  {
    name: "sdk-is-for-partners",
    why: "the SDK runs in a partner's Node, not in the Worker",
    from: ANY,
    exceptFrom: [/^src\/sdk\//],
    to: [/^src\/sdk\//],
  },
  {
    name: "src-stands-alone",
    why: "what is deployed imports nothing from scripts, tests or benches",
    from: ANY,
    to: [/^(?!src\/)[^:]+\.(ts|mts|js|mjs|json)$/],
  },
  {
    name: "pure-imports-pure",
    why: "a pure file imports pure files only",
    from: PURE_FILES,
    to: ANY,
    exceptTo: [...PURE_FILES, PURE_PACKAGES],
    typesAllowed: true,
  },
];

/** Which files may do what others may not. */
export const MAY_EXPORT_DEFAULT: readonly RegExp[] = [/^src\/worker\.ts$/];
export const MAY_RE_EXPORT: readonly RegExp[] = [/^src\/db\/schema(\/index)?\.ts$/, /^src\/sdk\/index\.ts$/];
