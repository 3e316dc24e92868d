import { SnapActConnect } from "../../src/sdk/index.ts";
import type { Fetch } from "../../src/sdk/options.ts";
import { type PartnersApp, startPartnersApp } from "../partners/partners-app.ts";
import { createKey } from "../support/api-keys.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";

/** The service in this process, and clients of the SDK that ask it. */
export type SdkWorld = AsyncDisposable & { readonly db: TestDatabase; readonly app: PartnersApp };

/** A partner's client, and a wire that its requests pass: a fault may be put into it. */
export type Partner = {
  readonly connect: SnapActConnect;
  readonly partnerId: string;
  /** Passes requests on to the service; replace it to cut them off. */
  wire: Fetch;
  /** All that passed. */
  readonly sent: { readonly method: string; readonly url: string; readonly body: string | undefined }[];
};

/** Of a key that may do everything. */
export const SCOPES = ["inventory:read", "catalog:write", "events:write", "orders:write", "metrics:read"];
export const SHOP = { name: "Yaba", lat: 6.51, lng: 3.37, timezone: "Africa/Lagos" };

export async function startSdkWorld(): Promise<SdkWorld> {
  const db = await startTestDatabase();
  const app = await startPartnersApp(db.localNeon);
  return { db, app, [Symbol.asyncDispose]: () => db.stop() };
}

/** A new partner with these locations. */
export async function newPartner({ app, db }: SdkWorld, locationRefs = ["yaba"]): Promise<Partner> {
  const { key, partnerId } = await createKey(db.localNeon, { scopes: SCOPES });
  const partner: Partner = {
    connect: new SnapActConnect({
      apiKey: key,
      baseUrl: "http://connect.test",
      fetch: (url, init) => {
        partner.sent.push({ method: init.method, url, body: init.body });
        return partner.wire(url, init);
      },
    }),
    partnerId,
    wire: (url, init) => {
      // Time passes between requests.
      app.nowMs += 1;
      return app.request(url, init);
    },
    sent: [],
  };
  for (const ref of locationRefs) await partner.connect.locations.put(ref, SHOP);
  partner.sent.length = 0;
  return partner;
}
