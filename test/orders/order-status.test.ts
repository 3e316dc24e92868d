import { describe, expect, it } from "vitest";
import {
  hasEnded,
  NEXT_STATUSES,
  ORDER_STATUSES,
  statusesAfter,
  statusesBefore,
} from "../../src/orders/order-status.ts";

describe("an order's way", () => {
  it("goes forward, steps left out or not, or to its cancellation, until it ends", () => {
    expect(Object.fromEntries(ORDER_STATUSES.map((status) => [status, statusesAfter(status)]))).toEqual({
      paid: ["confirmed", "preparing", "ready", "on_the_way", "delivered", "cancelled"],
      confirmed: ["preparing", "ready", "on_the_way", "delivered", "cancelled"],
      preparing: ["ready", "on_the_way", "delivered", "cancelled"],
      ready: ["on_the_way", "delivered", "cancelled"],
      on_the_way: ["delivered", "cancelled"],
      delivered: [],
      cancelled: [],
    });
  });

  it("is the same looked at from its end", () => {
    expect(Object.fromEntries(NEXT_STATUSES.map((status) => [status, statusesBefore(status)]))).toEqual({
      confirmed: ["paid"],
      preparing: ["paid", "confirmed"],
      ready: ["paid", "confirmed", "preparing"],
      on_the_way: ["paid", "confirmed", "preparing", "ready"],
      delivered: ["paid", "confirmed", "preparing", "ready", "on_the_way"],
      cancelled: ["paid", "confirmed", "preparing", "ready", "on_the_way"],
    });
    expect(ORDER_STATUSES.filter(hasEnded)).toEqual(["delivered", "cancelled"]);
  });
});
