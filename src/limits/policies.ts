/** Who is limited: the key or the token's subject, or the address that a request comes from. */
type Per = "caller" | "address";

/** How many requests one subject may send within any window, in all or reads and writes apart. */
type RouteClassLimits = {
  readonly per: Per;
  readonly windowS: number;
  /** What is limited, for people. */
  readonly what: string;
  /** Whether an operator can give a partner another limit. */
  readonly perPartner: boolean;
  /** Whether permits come back after they were taken. */
  readonly mayComeBack: boolean;
  /** Whether reads pass, however many, while nobody can count them. */
  readonly passesUncounted: boolean;
} & ({ readonly all: number } | { readonly reads: number; readonly writes: number });

const CALLER = {
  per: "caller",
  windowS: 300,
  perPartner: true,
  mayComeBack: false,
  passesUncounted: false,
} as const;
const ADDRESS = {
  per: "address",
  windowS: 300,
  perPartner: false,
  mayComeBack: false,
  passesUncounted: false,
} as const;

/** The limits, by class of route. Docs, headers and the middleware all go by this table. */
export const ROUTE_CLASSES = {
  nearby: { ...CALLER, all: 300, what: "`/inventory/nearby`" },
  metrics: { ...CALLER, all: 180, what: "`/inventory/metrics`" },
  catalog: { ...CALLER, all: 300, what: "Items and locations" },
  events: { ...CALLER, all: 300, what: "Commerce events" },
  orders: { ...CALLER, all: 300, what: "Orders" },
  dashboard: { ...CALLER, reads: 60, writes: 40, what: "`/partners/me`" },
  admin: { ...CALLER, all: 300, perPartner: false, what: "`/admin`" },
  applications: { ...ADDRESS, all: 10, what: "`/partners/applications`" },
  service: {
    ...ADDRESS,
    all: 3000,
    passesUncounted: true,
    what: "The service itself: `/healthz`, `/openapi.json`, `/docs`",
  },
  "failed-authentication": {
    ...ADDRESS,
    all: 30,
    mayComeBack: true,
    what: "Requests with missing, unknown, expired or revoked credentials, on paths that need some",
  },
} as const satisfies Readonly<Record<string, RouteClassLimits>>;

/** A class that routes belong to. */
export type RouteClass = Exclude<keyof typeof ROUTE_CLASSES, "failed-authentication">;

/** A limit with the name that it has in headers. */
export type Policy = {
  readonly name: string;
  readonly per: Per;
  readonly limit: number;
  readonly windowS: number;
  readonly perPartner: boolean;
  readonly mayComeBack: boolean;
  readonly passesUncounted: boolean;
  /** What it limits, for people. */
  readonly what: string;
};

const POLICIES_OF_CLASSES: ReadonlyMap<string, { readonly reads: Policy; readonly writes: Policy }> = new Map(
  Object.entries(ROUTE_CLASSES).map(([name, limits]: [string, RouteClassLimits]) => {
    if ("all" in limits) {
      const policy = policyOf(name, limits, limits.all, limits.what);
      return [name, { reads: policy, writes: policy }];
    }
    const reads = policyOf(`${name}-reads`, limits, limits.reads, `${limits.what}: reads`);
    const writes = policyOf(`${name}-writes`, limits, limits.writes, `${limits.what}: writes`);
    return [name, { reads, writes }];
  }),
);

/** All policies, in the order of the table. */
export const POLICIES: readonly Policy[] = [...POLICIES_OF_CLASSES.values()].flatMap(({ reads, writes }) =>
  reads === writes ? [reads] : [reads, writes],
);

/** Of badly authenticated requests, by address. */
export const FAILED_AUTHENTICATION = policyFor("failed-authentication", "reads");

/** The policy of a class's reads or writes. */
export function policyFor(routeClass: keyof typeof ROUTE_CLASSES, kind: "reads" | "writes"): Policy {
  const policies = POLICIES_OF_CLASSES.get(routeClass);
  if (policies === undefined) throw new Error(`no route class is called ${routeClass}`);
  return policies[kind];
}

/** Whether requests with this method only read. */
export function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}

function policyOf(
  name: string,
  { per, windowS, perPartner, mayComeBack, passesUncounted }: RouteClassLimits,
  limit: number,
  what: string,
): Policy {
  return { name, per, limit, windowS, perPartner, mayComeBack, passesUncounted, what };
}
