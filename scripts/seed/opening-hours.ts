type OpeningInterval = { readonly day: string; readonly opens: string; readonly closes: string };

/** `null`: always open; `[]`: never. */
export type OpeningHours = readonly OpeningInterval[] | null;

/** What a shop may be. */
export type ShopKind =
  | "supermarket"
  | "pharmacy"
  | "provisions"
  | "bakery"
  | "phones"
  | "foodstuff"
  | "drinks"
  | "kitchen"
  | "beauty"
  | "baby";

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"];
const MONDAY_TO_SATURDAY = [...WEEKDAYS, "sat"];
const ALL_DAYS = [...MONDAY_TO_SATURDAY, "sun"];

const on = (days: readonly string[], opens: string, closes: string): OpeningInterval[] =>
  days.map((day) => ({ day, opens, closes }));

/** What shops of a kind choose from. */
export const OPENING_HOURS: Readonly<Record<ShopKind, readonly [OpeningHours, ...OpeningHours[]]>> = {
  supermarket: [
    [...on(MONDAY_TO_SATURDAY, "08:00", "21:00"), ...on(["sun"], "12:00", "20:00")],
    on(ALL_DAYS, "07:30", "22:00"),
  ],
  pharmacy: [
    [...on(MONDAY_TO_SATURDAY, "08:00", "21:00"), ...on(["sun"], "13:00", "19:00")],
    on(ALL_DAYS, "00:00", "24:00"),
    null,
  ],
  provisions: [on(ALL_DAYS, "07:00", "22:30"), on(MONDAY_TO_SATURDAY, "07:00", "21:00")],
  bakery: [on(MONDAY_TO_SATURDAY, "06:00", "19:00"), on(ALL_DAYS, "06:00", "20:00")],
  phones: [on(MONDAY_TO_SATURDAY, "09:00", "18:30")],
  foodstuff: [on(MONDAY_TO_SATURDAY, "07:00", "18:00"), on(ALL_DAYS, "07:00", "17:00")],
  drinks: [
    [...on(WEEKDAYS.slice(0, 4), "11:00", "23:00"), ...on(["fri", "sat"], "11:00", "03:00")],
    on(ALL_DAYS, "10:00", "22:00"),
  ],
  kitchen: [
    on(ALL_DAYS, "10:00", "21:00"),
    on(ALL_DAYS, "17:00", "02:00"),
    on(MONDAY_TO_SATURDAY, "09:00", "20:00"),
  ],
  beauty: [on(MONDAY_TO_SATURDAY, "09:00", "19:00")],
  baby: [on(MONDAY_TO_SATURDAY, "09:00", "19:00")],
};
