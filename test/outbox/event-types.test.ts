import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCommerceEventType, SUBSCRIPTIONS } from "../../src/outbox/event-types.ts";

const WORD_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/** The same, letter by letter. */
function isCommerceTypeByHand(text: string): boolean {
  const [first, ...words] = text.split(".");
  const isWord = (word: string) => word !== "" && [...word].every((letter) => WORD_LETTERS.includes(letter));
  return first === "commerce" && words.length > 0 && words.every(isWord) && text.length <= 64;
}

describe("the type of a commerce event", () => {
  it.each([
    "commerce.purchase",
    "commerce.cart.item_added",
    "commerce.Purchase",
    "commerce.checkout-started.v2",
    "commerce.-",
    "commerce.0",
    `commerce.${"x".repeat(55)}`,
  ])("may be %s", (type) => expect(isCommerceEventType(type)).toBe(true));

  it.each([
    "commerce",
    "commerce.",
    "commerce.*",
    "commerce..purchase",
    "commerce.purchase.",
    "Commerce.purchase",
    "commerce.add to cart",
    "commerce.a/b",
    "commerce.päge",
    "commerce.purchase\n",
    " commerce.purchase",
    "order.paid",
    "webhook.test",
    `commerce.${"x".repeat(56)}`,
  ])("is not %j", (type) => expect(isCommerceEventType(type)).toBe(false));

  it("is what its words say", () => {
    const pieces = fc.constantFrom(
      "commerce",
      ".",
      "purchase",
      "_",
      "7",
      "A",
      "-",
      "é",
      "*",
      " ",
      "\n",
      "x".repeat(25),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 7 }), fc.constantFrom("", "commerce."), (text, start) => {
        const type = start + text.join("");
        expect([type, isCommerceEventType(type)]).toEqual([type, isCommerceTypeByHand(type)]);
      }),
      { seed: 20_261_122, numRuns: 5000 },
    );
  });

  it("is no name that stands for several or for an event of ours", () => {
    expect(SUBSCRIPTIONS.filter(isCommerceEventType)).toEqual([]);
  });
});
