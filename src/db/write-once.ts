import type { Database, Statement } from "./client.ts";
import { DatabaseUnavailable, SqlError } from "./errors.ts";
import { type Bind, statementValues } from "./statement-values.ts";
import { SWEEP_BATCH, sweepInBatches } from "./sweep.ts";

/**
 * The common table expressions of a write, each `name AS (…)`. Whatever writes takes its rows from (or by way of)
 * `permit`, which has one row when the write is to happen, and none when it is not. The last one is named `result`
 * and has at most one row: `outcome` (json), from which the answer is made, and `refusal` (text), why nothing was
 * done; one of the two is null. An outcome may be kept: it holds no secret, nor a hash of one.
 */
export type Write = (bind: Bind) => readonly string[];

/** Refused, always: what a key is asked with for what was done under it. */
export const writeNothing: Write = () => [
  "result AS (SELECT NULL::json AS outcome, 'nothing'::text AS refusal FROM permit)",
];

/** What a caller's Idempotency-Key stands for. */
export type WriteKey = {
  /** Whose key it is: those of different callers do not meet. */
  readonly scope: string;
  /** Method and path. */
  readonly route: string;
  readonly key: string;
  /** Of the body as it came, hexadecimal. */
  readonly bodySha256: string;
};

/**
 * `done`: `outcome` is what `result` gave, now or (`replayed`) to an earlier request with the same key and body.
 * `refused`: nothing was done, nor kept; `refusal` is null when `result` had no row. `reused`: the key belongs to
 * another body. `in_use`: another request with the key is being worked on.
 */
export type WriteResult =
  | { readonly kind: "done"; readonly outcome: unknown; readonly replayed: boolean }
  | { readonly kind: "refused"; readonly refusal: string | null }
  | { readonly kind: "reused" }
  | { readonly kind: "in_use" };

/** Longer than this nobody waits for a turn. */
const TURN_TIMEOUT_MS = 4000;

/**
 * Writes in one statement, at most once for each key, however many Workers try at the same time. The statement takes
 * a lock of the transaction without waiting for it, looks for the key's record, writes only when it holds the lock and
 * there is none, and keeps the record. When another has committed since the statement began, the record's primary
 * key refuses it whole; then, and when the connection was lost, it is sent once more, and finds what was done.
 *
 * Writes of the same `turn` happen one after another: each waits for those before it, and sees all that they did.
 * @throws {DatabaseUnavailable} when the database does not answer; without a key the write may then have happened.
 * @throws {SqlError} when Postgres refuses the write.
 */
export async function writeOnce(
  database: Pick<Database, "write" | "writeBatch">,
  write: Write,
  key: WriteKey | undefined,
  turn?: string,
): Promise<WriteResult> {
  const run = ({ text, values }: Statement) =>
    turn === undefined
      ? database.write(text, values)
      : database.writeBatch([turnStatement(turn, key), { text, values }]);
  if (key === undefined) return readUnkeyed(await run(unkeyedStatement(write)));
  const writeId = crypto.randomUUID();
  const statement = keyedStatement(write, key, writeId, turn !== undefined);
  const send = async () => readKeyed(await run(statement), key, writeId);
  try {
    const result = await send();
    // A refusal may be the doing of the first request with this key, committed since the statement began.
    return result.kind === "refused" && turn === undefined ? await send() : result;
  } catch (error) {
    const lost = error instanceof DatabaseUnavailable && error.reason === "lost";
    if (!lost && !wasOvertaken(error)) throw error;
    const result = await send();
    // The first attempt may still be running: then only its own caller can be told to come back.
    if (lost && result.kind === "in_use") throw error;
    return result;
  }
}

/** Records are kept for at least this long, and until the next sweep. */
const RECORD_LIFE = "24 hours";

/** Forgets keys older than 24 hours, and returns how many; at most 100,000 at once. */
export async function sweepWriteKeys(database: Pick<Database, "write">): Promise<number> {
  return await sweepInBatches(
    database,
    `DELETE FROM idempotency_records WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM idempotency_records WHERE created_at < now() - interval '${RECORD_LIFE}' LIMIT ${SWEEP_BATCH}))
     RETURNING 1`,
  );
}

/** Waits for the turn, and tells the statement after it whether the key was free. */
function turnStatement(turn: string, key: WriteKey | undefined): Statement {
  const { bind, values } = statementValues();
  const wait = `pg_advisory_xact_lock(hashtextextended(${bind(turn, "text")}, 0))::text = ''`;
  const waitIfFree =
    key === undefined ? wait : `CASE WHEN ${tryKeyLock(keyValues(bind, key))} THEN ${wait} ELSE false END`;
  const text = `SELECT set_config('lock_timeout', '${TURN_TIMEOUT_MS}', true), set_config('${HELD}', (${waitIfFree})::text, true)`;
  return { text, values };
}

/** A setting of the transaction: whether its first statement got the key's lock. */
const HELD = "snapact.key_held";

type KeyValues = Readonly<Record<"scope" | "route" | "name", string>>;

function keyValues(bind: Bind, { scope, route, key }: WriteKey): KeyValues {
  return { scope: bind(scope, "text"), route: bind(route, "text"), name: bind(key, "text") };
}

function tryKeyLock({ scope, route, name }: KeyValues): string {
  return `pg_try_advisory_xact_lock(hashtextextended(jsonb_build_array(${scope}, ${route}, ${name})::text, 0))`;
}

function unkeyedStatement(write: Write): Statement {
  const { bind, values } = statementValues();
  const ctes = ["permit AS (SELECT true AS granted)", ...write(bind)];
  return { text: `WITH ${ctes.join(",\n")}\nSELECT outcome::text, refusal FROM result`, values };
}

function readUnkeyed(rows: readonly (readonly unknown[])[]): WriteResult {
  const [outcome, refusal] = (rows[0] ?? []) as [string | null, string | null];
  return freshResult(outcome ?? null, refusal ?? null);
}

function keyedStatement(write: Write, key: WriteKey, writeId: string, inTurn: boolean): Statement {
  const { bind, values } = statementValues();
  const named = keyValues(bind, key);
  const { scope, route, name } = named;
  const held = inTurn ? `current_setting('${HELD}')::bool` : tryKeyLock(named);
  const ctes = [
    `lock AS MATERIALIZED (SELECT ${held} AS held)`,
    `known AS MATERIALIZED (
  SELECT encode(body_sha256, 'hex') AS body_sha256, write_id, outcome FROM idempotency_records
  WHERE scope = ${scope} AND route = ${route} AND key = ${name})`,
    `permit AS MATERIALIZED (SELECT true AS granted FROM lock WHERE held AND NOT EXISTS (SELECT FROM known))`,
    ...write(bind),
    `remembered AS (
  INSERT INTO idempotency_records (scope, route, key, body_sha256, write_id, outcome)
  SELECT ${scope}, ${route}, ${name}, decode(${bind(key.bodySha256, "text")}, 'hex'), ${bind(writeId, "uuid")}, outcome::text
  FROM result WHERE outcome IS NOT NULL)`,
  ];
  const text = `WITH ${ctes.join(",\n")}
SELECT lock.held, known.body_sha256, known.write_id, known.outcome, result.outcome::text, result.refusal
FROM lock LEFT JOIN known ON true LEFT JOIN result ON true`;
  return { text, values };
}

function readKeyed(rows: readonly (readonly unknown[])[], key: WriteKey, writeId: string): WriteResult {
  const [held, knownBody, knownWrite, knownOutcome, outcome, refusal] = (rows[0] ?? []) as [
    boolean,
    ...(string | null)[],
  ];
  if (typeof knownOutcome === "string") {
    if (knownBody !== key.bodySha256) return { kind: "reused" };
    return { kind: "done", outcome: JSON.parse(knownOutcome), replayed: knownWrite !== writeId };
  }
  return held ? freshResult(outcome ?? null, refusal ?? null) : { kind: "in_use" };
}

function freshResult(outcome: string | null, refusal: string | null): WriteResult {
  return outcome === null
    ? { kind: "refused", refusal }
    : { kind: "done", outcome: JSON.parse(outcome), replayed: false };
}

function wasOvertaken(error: unknown): boolean {
  return error instanceof SqlError && error.constraint === "idempotency_records_pkey";
}
