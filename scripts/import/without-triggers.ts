import type { Target } from "./target.ts";

/**
 * Fills tables while their triggers are off; what these would have written must be filled as well. Those of constraints
 * stay on. Runs inside the caller's transaction: a failure leaves all as it was.
 */
export async function withoutTriggers(
  target: Target,
  tables: readonly string[],
  fill: () => Promise<void>,
): Promise<void> {
  const triggers = await target.query(
    `SELECT tgrelid::regclass::text AS table, quote_ident(tgname) AS name FROM pg_trigger
     WHERE NOT tgisinternal AND tgenabled = 'O' AND tgrelid = ANY ($1::regclass[]) ORDER BY tgname`,
    [tables],
  );
  const turn = async (onOrOff: "ENABLE" | "DISABLE"): Promise<void> => {
    for (const { table, name } of triggers)
      await target.query(`ALTER TABLE ${table} ${onOrOff} TRIGGER ${name}`);
  };
  await turn("DISABLE");
  await fill();
  await turn("ENABLE");
}
