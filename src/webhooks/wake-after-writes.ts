import type { Handlers, RouteHandler } from "../http/router.ts";
import type { WakeUps } from "./wake-ups.ts";

/** `handlers`; once one of those that write has answered, whoever delivers events is woken. */
export function wakeAfterWrites(handlers: Handlers, { eventsWritten }: WakeUps): Handlers {
  const waking =
    (handler: RouteHandler): RouteHandler =>
    async (c) => {
      const response = await handler(c);
      eventsWritten();
      return response;
    };
  const { GET, ...writing } = handlers;
  const wakers = Object.entries(writing).map(([method, handler]) => [method, waking(handler)]);
  return { ...(GET && { GET }), ...Object.fromEntries(wakers) };
}
