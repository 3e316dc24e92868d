import type { AnswerHead } from "./answers.ts";
import { Connection } from "./connection.ts";
import { Counter, type LoadCounts } from "./counter.ts";
import { inTurns } from "./turns.ts";

/** Requests to send, one after another, as they go over the wire. */
export type Requests = () => Buffer;

const SETTLE_MS = 50;
/** Answers to more requests than this come so soon that a nap would show in their times. */
const NO_NAPS_ABOVE_PER_SECOND = 2000;

/** When counting begins and ends, and what is to be done then. */
export type Window = {
  /** From when on there is load; counted is what comes after the lead-in. */
  readonly leadInMs: number;
  readonly forMs: number;
  readonly onBegin: () => void;
  readonly onEnd: () => void;
};

/** Each connection sends its next request as soon as the one before is answered. */
export async function closedLoop(
  address: string,
  connections: number,
  requests: Requests,
  { leadInMs, forMs, onBegin, onEnd }: Window,
): Promise<LoadCounts> {
  const counter = new Counter();
  let isCounting = false;
  let isOver = false;
  const { promise: lost, reject } = Promise.withResolvers<never>();
  const opened = await Promise.all(
    Array.from({ length: connections }, () =>
      Connection.open(
        address,
        (head, connection) => {
          if (isOver) return;
          if (isCounting) counter.add(head, connection.sinceMs);
          connection.send(requests(), performance.now());
        },
        reject,
      ),
    ),
  );
  for (const connection of opened) connection.send(requests(), performance.now());
  try {
    await Promise.race([after(leadInMs), lost]);
    onBegin();
    const fromMs = performance.now();
    isCounting = true;
    await Promise.race([after(forMs), lost]);
    isOver = true;
    const seconds = (performance.now() - fromMs) / 1000;
    onEnd();
    return counter.counts(seconds);
  } finally {
    for (const connection of opened) connection.close();
  }
}

/**
 * Sends `perSecond` requests at moments that are independent of each other (a Poisson process) and of the answers; a
 * request's time counts from the moment at which it was to be sent, also when no connection was free then.
 */
export async function openLoop(
  address: string,
  connections: number,
  requests: Requests,
  { leadInMs, forMs, onBegin, onEnd }: Window,
  { perSecond, fraction }: { readonly perSecond: number; readonly fraction: () => number },
): Promise<LoadCounts> {
  const counter = new Counter();
  const { promise: lost, reject } = Promise.withResolvers<never>();
  const free: Connection[] = [];
  const queue: { request: Buffer; atMs: number }[] = [];
  let fromMs = Number.POSITIVE_INFINITY;
  let inWork = 0;
  let whenIdle: (() => void) | undefined;
  const send = (connection: Connection, request: Buffer, atMs: number): void => {
    if (atMs >= fromMs) counter.sentLate.add(performance.now() - atMs);
    connection.send(request, atMs);
  };
  const onAnswer = (head: AnswerHead, connection: Connection): void => {
    if (connection.sinceMs >= fromMs) counter.add(head, connection.sinceMs);
    inWork--;
    const next = queue.shift();
    if (next === undefined) free.push(connection);
    else send(connection, next.request, next.atMs);
    if (inWork === 0) whenIdle?.();
  };
  const opened = await Promise.all(
    Array.from({ length: connections }, () => Connection.open(address, onAnswer, reject)),
  );
  free.push(...opened);
  const startedMs = performance.now();
  const [beginMs, endMs] = [startedMs + leadInMs, startedMs + leadInMs + forMs];
  const interval = (): number => (-Math.log(1 - fraction()) * 1000) / perSecond;
  let nextMs = startedMs + interval();
  const sendDue = (): void => {
    for (const nowMs = performance.now(); nextMs <= nowMs && nextMs < endMs; nextMs += interval()) {
      inWork++;
      const request = requests();
      const connection = free.pop();
      if (connection === undefined) queue.push({ request, atMs: nextMs });
      else send(connection, request, nextMs);
    }
  };
  const due = () => ({ atMs: nextMs, mayNap: inWork === 0 || perSecond < NO_NAPS_ABOVE_PER_SECOND });
  try {
    await Promise.race([inTurns(sendDue, due, beginMs), lost]);
    onBegin();
    // Whatever was due meanwhile is sent and answered first.
    fromMs = performance.now() + SETTLE_MS;
    await Promise.race([inTurns(sendDue, due, endMs), lost]);
    const idle = new Promise<void>((resolve) => {
      whenIdle = resolve;
      if (inWork === 0) resolve();
    });
    await Promise.race([idle, lost]);
    onEnd();
    return counter.counts((endMs - fromMs) / 1000);
  } finally {
    for (const connection of opened) connection.close();
  }
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
