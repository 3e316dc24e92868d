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
    for (const next of NEXT_STATUSES) {
      expect(statusesBefore(next)).toEqual(
        ORDER_STATUSES.filter((from) => statusesAfter(from).includes(next)),
      );
      expect(statusesBefore(next).some(hasEnded)).toBe(false);
    }
  });
});
