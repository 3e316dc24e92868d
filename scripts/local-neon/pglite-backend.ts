import { messages, PGlite, protocol } from "@electric-sql/pglite";
import { btree_gin } from "@electric-sql/pglite/contrib/btree_gin";
import {
  type Backend,
  BackendError,
  type BatchOptions,
  type Field,
  type Statement,
  type StatementResult,
  startTransactionSql,
} from "./backend.ts";
import { lockDirectory } from "./directory-lock.ts";

type Message = Awaited<ReturnType<PGlite["execProtocol"]>>["messages"][number];

const { serialize } = protocol;

/**
 * Postgres inside this process, in memory or in `dataDir`. It has one session: requests take turns, a batch
 * keeps its turn to the end, and a statement that has begun cannot be stopped. Rejects when another process
 * has `dataDir` open.
 */
export async function openPGliteBackend(dataDir: string | undefined): Promise<Backend> {
  const extensions = { btree_gin };
  if (dataDir === undefined) return new PGliteBackend(await PGlite.create({ extensions }), () => undefined);
  const unlock = lockDirectory(dataDir);
  try {
    return new PGliteBackend(await PGlite.create({ dataDir, extensions }), unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

class PGliteBackend implements Backend {
  readonly #db: PGlite;
  readonly #unlock: () => void;

  constructor(db: PGlite, unlock: () => void) {
    this.#db = db;
    this.#unlock = unlock;
  }

  runSingle(statement: Statement, signal: AbortSignal): Promise<StatementResult> {
    return this.#inTurn(signal, () => this.#run(statement));
  }

  runBatch(
    statements: readonly Statement[],
    options: BatchOptions,
    signal: AbortSignal,
  ): Promise<StatementResult[]> {
    return this.#inTurn(signal, async () => {
      const results: StatementResult[] = [];
      await this.#run({ text: startTransactionSql(options), params: [] });
      for (const statement of statements) results.push(await this.#run(statement));
      await this.#run({ text: "COMMIT", params: [] });
      return results;
    });
  }

  runScript(sql: string): Promise<void> {
    return this.#inTurn(undefined, async () => {
      await this.#exchange(serialize.query(sql));
    });
  }

  async close(): Promise<void> {
    await this.#db.close();
    this.#unlock();
  }

  /** Whatever the work leaves open (its own failure, or a stray BEGIN) is rolled back before the next turn. */
  #inTurn<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    return this.#db.runExclusive(async () => {
      if (signal?.aborted) throw new BackendError("the client went away before its turn", 500);
      try {
        return await work();
      } finally {
        if (this.#db.isInTransaction()) await this.#run({ text: "ROLLBACK", params: [] });
      }
    });
  }

  async #run({ text, params }: Statement): Promise<StatementResult> {
    const request = Buffer.concat([
      serialize.parse({ text }),
      serialize.bind({ values: [...params] }),
      serialize.describe({ type: "P" }),
      serialize.execute(),
      // Ignored unless the statement is COPY FROM STDIN, which would else take Sync for data and wait for more.
      serialize.copyFail("COPY FROM STDIN is not possible over HTTP"),
      serialize.sync(),
    ]);
    return readResult(await this.#exchange(request));
  }

  async #exchange(request: Uint8Array): Promise<Message[]> {
    const answer = await this.#db.execProtocolStream(request, { throwOnError: false });
    const error = answer.find((message) => message instanceof messages.DatabaseError);
    if (error !== undefined) throw new BackendError(error.message, 400, error);
    if (!answer.some((message) => message instanceof messages.ReadyForQueryMessage)) {
      throw new BackendError("PGlite stopped in the middle of a statement", 500);
    }
    return answer;
  }
}

function readResult(answer: readonly Message[]): StatementResult {
  let fields: Field[] = [];
  const rows: (string | null)[][] = [];
  let tag = "";
  for (const message of answer) {
    if (message instanceof messages.DataRowMessage) rows.push(message.fields);
    else if (message instanceof messages.RowDescriptionMessage) fields = message.fields.map(textField);
    else if (message instanceof messages.CommandCompleteMessage) tag = message.text;
  }
  return { fields, rows, ...parseCommandTag(tag) };
}

function textField(field: messages.RowDescriptionMessage["fields"][number]): Field {
  const { name, dataTypeID, tableID, columnID, dataTypeSize, dataTypeModifier } = field;
  return { name, dataTypeID, tableID, columnID, dataTypeSize, dataTypeModifier, format: "text" };
}

/** "INSERT 0 2" -> INSERT, 2; "CREATE TABLE" -> CREATE, null. */
function parseCommandTag(tag: string): { command: string; rowCount: number | null } {
  const words = tag.split(" ");
  const count = Number(words.length > 1 ? words.at(-1) : Number.NaN);
  return { command: words[0] ?? "", rowCount: Number.isNaN(count) ? null : count };
}
