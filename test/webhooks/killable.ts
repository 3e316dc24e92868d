import type { Database } from "../../src/db/client.ts";

/** A sender that is killed at its `atCall`th call of the database, before the call is sent or after it has happened. */
export type KillableSender = {
  /** What the sender is to call. Once it is dead nothing that it called ever comes back. */
  readonly database: Pick<Database, "queryRows" | "write">;
  /** Resolves when it is killed. */
  readonly killed: Promise<void>;
};

export function killableSender(
  database: Pick<Database, "queryRows" | "write">,
  { atCall, afterwards }: { readonly atCall: number; readonly afterwards: boolean },
): KillableSender {
  const { promise: killed, resolve: kill } = Promise.withResolvers<void>();
  const never = Promise.withResolvers<never>().promise;
  let calls = 0;
  let isDead = false;
  const killable =
    (ask: Database["write"]): Database["write"] =>
    async (...asked) => {
      calls++;
      const isLast = calls === atCall;
      if (isDead || (isLast && !afterwards)) {
        isDead = true;
        kill();
        return await never;
      }
      try {
        return await ask(...asked);
      } finally {
        if (isLast || isDead) {
          isDead = true;
          kill();
          await never;
        }
      }
    };
  return { database: { queryRows: killable(database.queryRows), write: killable(database.write) }, killed };
}
