import { describe, expect, expectTypeOf, it } from "vitest";
import type * as z from "zod";
import type { DeleteEntrySchema, PatchEntrySchema, PostEntrySchema } from "../../src/catalog/item-schema.ts";
import type { CATALOG_PARAMETERS } from "../../src/catalog/parameters.ts";
import type { CatalogAnswer, CatalogItem, CatalogItemListSchema } from "../../src/catalog/schema.ts";
import type { CommerceEventSchema, EventsAnswer } from "../../src/events/schema.ts";
import { UserDataSchema } from "../../src/events/user-data.ts";
import type { ParameterTable, ReadQuery } from "../../src/http/query-parameters.ts";
import type { ProblemSchema } from "../../src/http/wire-schema.ts";
import type { METRICS_PARAMETERS } from "../../src/inventory/metrics/parameters.ts";
import type { InventoryMetricsSchema } from "../../src/inventory/metrics/schema.ts";
import type { NEARBY_PARAMETERS } from "../../src/inventory/parameters.ts";
import type { NearbyAnswer } from "../../src/inventory/schema.ts";
import type { LOCATIONS_PARAMETERS } from "../../src/locations/parameters.ts";
import type {
  DeletedLocation,
  Location,
  LocationBody,
  LocationListSchema,
} from "../../src/locations/schema.ts";
import type { ORDERS_PARAMETERS } from "../../src/orders/parameters.ts";
import type { Order, OrderListSchema, StatusBodySchema } from "../../src/orders/schema.ts";
import type * as sdk from "../../src/sdk/index.ts";
import { namesOf } from "./names-of.ts";

/** What the compiler finds here it finds in `npm run check`; these tests only hold what it is shown. */

/** `Value` as if nothing in it were read-only: who reads and who writes may see that differently. */
type Writable<Value> = Value extends readonly unknown[]
  ? { -readonly [Index in keyof Value]: Writable<Value[Index]> }
  : Value extends object
    ? { -readonly [Name in keyof Value]: Writable<Value[Name]> }
    : Value;

/** Compiles when both types are the same, member for member. */
function same<Of, Wire>(..._differ: Same<Writable<Of>, Writable<Wire>> extends true ? [] : [never]): void {}
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

type Given<Query, Name extends keyof Query> = NonNullable<Query[Name]>;
type Read<Table extends ParameterTable, Name extends keyof Table> = NonNullable<
  ReadQuery<Table>["values"][Name]
>;

type Without<Shape, Name extends PropertyKey> = { [Key in keyof Shape as Exclude<Key, Name>]: Shape[Key] };

/** `Shape` without the signature of names that are the sender's own. */
type Suggested<Shape> = { [Name in keyof Shape as string extends Name ? never : Name]: Shape[Name] };

describe("the SDK's types are those of the wire", () => {
  it("for what is answered", () => {
    same<sdk.NearbyPage, NearbyAnswer>();
    same<sdk.InventoryMetrics, z.infer<typeof InventoryMetricsSchema>>();
    same<sdk.CatalogReport, CatalogAnswer>();
    same<sdk.CatalogItem, CatalogItem>();
    same<sdk.CatalogPage, z.infer<typeof CatalogItemListSchema>>();
    same<sdk.Location, Location>();
    same<sdk.LocationPage, z.infer<typeof LocationListSchema>>();
    same<sdk.DeletedLocation, DeletedLocation>();
    same<sdk.Order, Order>();
    same<sdk.OrderPage, z.infer<typeof OrderListSchema>>();
    same<sdk.EventReport, EventsAnswer>();
    // What a marketplace and a dashboard are told besides is not for the SDK; results it turns into a report.
    same<
      sdk.Problem,
      Without<z.infer<typeof ProblemSchema>, "created_id" | "results" | "summary" | "lines">
    >();
  });

  it("for what is sent", () => {
    same<sdk.ItemInput, z.infer<typeof PostEntrySchema>>();
    same<sdk.ItemPatch, z.infer<typeof PatchEntrySchema>>();
    same<sdk.ItemName, z.infer<typeof DeleteEntrySchema>>();
    same<sdk.LocationInput, LocationBody>();
    same<sdk.NextOrderStatus, z.infer<typeof StatusBodySchema>["status"]>();
    same<
      Without<sdk.CommerceEvent, "type" | "user_data">,
      Without<z.infer<typeof CommerceEventSchema>, "type" | "user_data">
    >();
  });

  it("for whose hashes are sent", () => {
    const names = namesOf<Suggested<sdk.HashedUser>>({
      email_sha256: true,
      phone_sha256: true,
      external_id_sha256: true,
      first_name_sha256: true,
      last_name_sha256: true,
      date_of_birth_sha256: true,
      gender_sha256: true,
      city_sha256: true,
      state_sha256: true,
      postal_code_sha256: true,
      country_sha256: true,
    });
    expect(names).toEqual(Object.keys(UserDataSchema.out.shape).sort());
    const { em }: sdk.HashedUser = UserDataSchema.parse({ em: "AB".repeat(32) });
    expect(em).toBe("ab".repeat(32));
  });

  it("for what is asked", () => {
    same<keyof sdk.NearbyQuery | "cell" | "lat" | "lng", keyof typeof NEARBY_PARAMETERS>();
    same<keyof sdk.MetricsQuery | "format", keyof typeof METRICS_PARAMETERS>();
    same<keyof sdk.CatalogQuery, keyof typeof CATALOG_PARAMETERS>();
    same<keyof sdk.PageQuery, keyof typeof LOCATIONS_PARAMETERS>();
    same<keyof sdk.OrdersQuery, keyof typeof ORDERS_PARAMETERS>();
    same<Given<sdk.NearbyQuery, "sort">, Read<typeof NEARBY_PARAMETERS, "sort">>();
    same<Given<sdk.NearbyQuery, "proof">, Read<typeof NEARBY_PARAMETERS, "proof">>();
    same<Given<sdk.NearbyQuery, "availability">, Read<typeof NEARBY_PARAMETERS, "availability">>();
    same<Given<sdk.MetricsQuery, "window">, Read<typeof METRICS_PARAMETERS, "window">>();
    same<Given<sdk.OrdersQuery, "status">, Read<typeof ORDERS_PARAMETERS, "status">>();
  });

  it("and a type that differs does not compile", () => {
    // @ts-expect-error
    same<{ a: string }, { a: string | null }>();
    // @ts-expect-error
    same<{ a: string }, { a: string; b?: number }>();
    // @ts-expect-error
    same<keyof sdk.PageQuery, "limit">();
  });
});

describe("an event of a webhook", () => {
  it("is told apart by its type", () => {
    const told = (event: sdk.WebhookEvent): string => {
      if (event.type === "order.paid") return event.data.payment_ref;
      if (event.type === "catalog.item.upserted") {
        expectTypeOf(event.data.price).toEqualTypeOf<sdk.Price>();
        return event.data.title;
      }
      return event.type;
    };
    expect(told).toBeTypeOf("function");
  });
});
