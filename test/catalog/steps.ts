import { expect } from "vitest";
import type { PartnersApp } from "../partners/partners-app.ts";
import {
  type CatalogWorld,
  eventsOf,
  listed,
  nearby,
  placeOf,
  resultsOf,
  type Shop,
  send,
  summed,
} from "./catalog-app.ts";
import { CatalogModel, type ModelResult } from "./catalog-model.ts";
import { asListed, endOf, inOrder, withoutIds } from "./ends.ts";
import { canonicalJson } from "./registers.ts";
import type { WireRequest } from "./wire.ts";

/** Sends the requests one after the other to the service and to the model, and holds each answer against the model's. */
export async function takeSteps(
  world: CatalogWorld,
  shop: Shop,
  requests: readonly WireRequest[],
  keyed: (step: number) => string | undefined = () => undefined,
) {
  const model = new CatalogModel(shop.locationRefs);
  const expectedEvents: object[] = [];
  for (const [step, request] of requests.entries()) {
    const answer = await send(step % 2 === 0 ? world.app : world.other, shop, request, keyed(step));
    const { results, events } = model.apply(request);
    expectedEvents.push(...events.map((event) => ({ ...event, atMs: request.nowMs })));
    const refused = results.every(({ status }) => status === "rejected");
    if (refused ? ![400, 409].includes(answer.status) : answer.status !== 200) {
      throw new Error(`${request.method} → ${answer.status} ${answer.text}`);
    }
    expect(resultsOf(answer).map(asModelled)).toEqual(results);
    expect(nonZero(answer.json["summary"])).toEqual(summed(results));
  }
  const all = await eventsOf(world, shop);
  const events = all.map(({ type, atMs, data }) => ({
    ...namesOf(data),
    type,
    atMs,
  }));
  expect(inOrderOfTime(events)).toEqual(inOrderOfTime(expectedEvents));
  const { shown, end } = await endAt(world.app, shop, model);
  const told = new Map(all.map(({ data }) => [versionName(data), data]));
  for (const row of shown) expect(told.get(versionName(row))).toMatchObject(valuesOf(row));
  return end;
}

/** What is listed, which must be what the model lists, `untold` aside; and the end that this is, however it came about. */
export async function endAt(app: PartnersApp, shop: Shop, model: CatalogModel, ...untold: readonly string[]) {
  const shown = await listed(app, shop);
  const rows = inOrder(shown.map((row) => withoutIds(row) as ReturnType<typeof asListed>));
  const expected = inOrder(model.listing().map((row) => asListed(row, placeOf)));
  expect(endOf(rows, ...untold)).toEqual(endOf(expected, ...untold));
  const near = (await nearby(app, shop)).map(asNear).toSorted();
  expect(near).toEqual(expected.map(asNear).toSorted());
  return { shown, end: { rows: endOf(rows, "version", "updated_at", "received_at"), near } };
}

function asModelled({
  missing = [],
  errors,
  item_id,
  ...result
}: ReturnType<typeof resultsOf>[number]): ModelResult {
  return { ...result, missing, error: errors?.[0]?.code ?? null };
}

/** As much as nearby and `GET` both tell of a row, as text. */
function asNear(row: Readonly<Record<string, unknown>>): string {
  const {
    verification,
    location,
    stock,
    price,
    proof,
    external_ref,
    title,
    brand,
    category,
    gtin,
    image_url,
  } = row;
  const { method = row["verification_method"], verified_at = row["verified_at"] } = (verification ??
    {}) as Record<string, unknown>;
  const { name = row["location_ref"] } = (location ?? {}) as Record<string, unknown>;
  const {
    kind = null,
    captured_at = null,
    distance_from_location_m = null,
  } = (proof ?? {}) as Record<string, unknown>;
  return JSON.stringify([
    [external_ref, name, title, brand, category, gtin, image_url, row["buy_url"]],
    [stock, price, method, verified_at],
    [kind, captured_at, distance_from_location_m],
  ]);
}

const versionName = ({ external_ref, location_ref, version }: Readonly<Record<string, unknown>>): string =>
  JSON.stringify([external_ref, location_ref, version]);

/** What the event of the row's version tells of the row by itself. */
const valuesOf = ({
  item_id,
  price,
  stock,
  proof,
  verification_method,
}: Readonly<Record<string, unknown>>) => ({
  item_id,
  price,
  stock,
  proof,
  verification_method,
});

const nonZero = (summary: unknown) =>
  Object.fromEntries(Object.entries(summary as Record<string, number>).filter(([, count]) => count > 0));

const namesOf = ({ external_ref, location_ref, version }: Readonly<Record<string, unknown>>) => ({
  external_ref,
  location_ref,
  ...(version !== undefined && { version }),
});

const inOrderOfTime = (events: readonly object[]) => events.map(canonicalJson).toSorted();
