import * as z from "zod";
import { sentDegrees } from "../http/sent-members.ts";
import { guided, instant, nextCursor, textMember, wireIdSchema } from "../http/wire-schema.ts";
import { NEXT_STATUSES, ORDER_STATUSES } from "./order-status.ts";

/** The wire shapes of orders: those of bodies read them, those of answers describe and guard. */

const MAX_LINES = 50;
const MAX_LINE_QUANTITY = 1_000_000;
/** With country code and spaces, or as people dial it there; with an extension. */
const PHONE = /^(?=.*[0-9])[+(0-9][0-9 ()./x#,;-]{0,39}$/;

const id = (prefix: "ptr" | "itm" | "loc", description: string) =>
  guided(
    wireIdSchema(prefix).describe(description),
    `an id such as ${prefix}_01k9w2kt6fe1r8y3q5d7h9j2wa, as the service shows it`,
  );
const quantity = guided(
  z.int().min(1).max(MAX_LINE_QUANTITY).describe("How many."),
  `a whole number between 1 and ${MAX_LINE_QUANTITY}`,
);
const paymentRef = textMember(1, 128, "What the marketplace calls the payment.");

const DeliverToSchema = z
  .strictObject({
    name: textMember(1, 200, "Who receives it."),
    phone: guided(
      z.string().regex(PHONE).describe("Where they can be called."),
      "a telephone number of 1 to 40 characters, such as +234 803 123 4567",
    ),
    address: textMember(1, 500, "As a courier is told it."),
    lat: sentDegrees(90, "north"),
    lng: sentDegrees(180, "east"),
  })
  .describe("To whom, and where. Kept with the order alone, until 90 days after its end.");

const lineMembers = {
  item_id: id("itm", "Which item, as `GET /inventory/nearby` shows it."),
  location_id: id("loc", "From where."),
  quantity,
};

const differ = (lines: readonly { readonly item_id: string; readonly location_id: string }[]) =>
  new Set(lines.map(({ item_id, location_id }) => `${item_id} ${location_id}`)).size === lines.length;

export const OrderBodySchema = z
  .strictObject({
    partner_id: id("ptr", "Whose goods. Must be approved."),
    lines: guided(
      z
        .array(z.strictObject(lineMembers))
        .min(1)
        .max(MAX_LINES)
        .refine(differ)
        .describe("No two of the same item at the same location."),
      `a list of 1 to ${MAX_LINES} lines, no two of the same item at the same location`,
    ),
    deliver_to: DeliverToSchema,
    payment_ref: paymentRef,
  })
  .describe("What was paid for.");

export const StatusBodySchema = z
  .strictObject({
    status: guided(
      z.enum(NEXT_STATUSES).describe("What the order becomes."),
      `one of ${NEXT_STATUSES.join(", ")}`,
    ),
  })
  .describe("What an order becomes.");

const moneyMembers = {
  amount: z.int().min(0).describe("In minor units of `currency`."),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .describe("ISO 4217."),
};

export const OrderSchema = z
  .strictObject({
    order_id: wireIdSchema("ord"),
    partner_id: wireIdSchema("ptr"),
    status: z.enum(ORDER_STATUSES),
    lines: z
      .array(
        z
          .strictObject({
            item_id: wireIdSchema("itm"),
            external_ref: z.string().describe("The partner's own name for the item."),
            title: z.string(),
            location_id: wireIdSchema("loc"),
            location_ref: z.string().describe("The partner's own name for the location."),
            quantity,
            price: z.strictObject(moneyMembers).describe("Of one."),
          })
          .describe("An item as it was when it was paid."),
      )
      .min(1)
      .max(MAX_LINES),
    totals: z
      .array(z.strictObject(moneyMembers))
      .min(1)
      .max(MAX_LINES)
      .describe("What the lines cost together, for each currency."),
    deliver_to: DeliverToSchema.nullable().describe(
      "To whom, and where; null once it is erased, 90 days after the order's end.",
    ),
    payment_ref: paymentRef,
    version: z.int().min(1).describe("Counts its changes, from 1."),
    created_at: instant,
    updated_at: instant.describe("When it last changed."),
    confirmed_at: instant.nullable().describe("When its goods were taken from the count."),
    ended_at: instant.nullable().describe("When it was delivered or cancelled."),
  })
  .describe("A paid order.");

export const OrderListSchema = z
  .strictObject({
    items: z.array(OrderSchema).max(100),
    next_cursor: nextCursor,
  })
  .describe("Orders, the newest first.");

/** What an `insufficient_stock` says of each line, in the order in which they were asked for. */
export type LineLeft = {
  readonly item_id: string;
  readonly location_id: string;
  readonly requested: number;
  readonly left: number;
};

export type DeliverTo = z.infer<typeof DeliverToSchema>;
export type OrderBody = z.infer<typeof OrderBodySchema>;
export type Order = z.infer<typeof OrderSchema>;
