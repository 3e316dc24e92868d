import { Client } from "pg";
import type { Market } from "./market.ts";
import { measured, type Usage } from "./usage.ts";

/** By what a row is known again, in the order in which the tables need each other. */
const TABLES = {
  items: ["partner_id", "external_ref"],
  proofs: ["proof_id"],
  stock_rows: ["location_id", "item_id"],
  outbox_events: ["event_id"],
} as const;
type TableName = keyof typeof TABLES;

type Column = { readonly name: string; readonly type: string };
type Row = readonly (string | null)[];
type Table = { readonly columns: readonly Column[]; readonly rows: readonly Row[] };

/** All that a database holds, every value as text. */
export type Contents = Readonly<Record<TableName, Table>>;

/** How the floor's statements are sent. */
export type FloorWay = {
  readonly connections: number;
  /** Each item once, or (as the requests say it) again with each of its stock rows. */
  readonly items: "once" | "with_each_row";
};

type Statement = { readonly name: string; readonly text: string; readonly values: unknown[] };

/** Reads what the first sync has left, in the order of its requests. */
export async function readContents(client: Client): Promise<Contents> {
  const read = async (table: TableName, order: string): Promise<Table> => {
    const { rows: columns } = await client.query<Column>(
      `SELECT attname AS name, atttypid::regtype::text AS type FROM pg_attribute
       WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
      [table],
    );
    const values = columns.map(({ name }) => `t.${name}::text`).join(", ");
    const { rows } = await client.query<(string | null)[]>({
      text: `SELECT ${values} FROM ${table} t ${order}`,
      rowMode: "array",
    });
    return { columns, rows };
  };
  return {
    items: await read("items", "ORDER BY external_ref"),
    proofs: await read("proofs", ""),
    stock_rows: await read(
      "stock_rows",
      "JOIN items i USING (item_id) JOIN locations l USING (location_id) ORDER BY l.location_ref, i.external_ref",
    ),
    outbox_events: await read("outbox_events", "ORDER BY event_id"),
  };
}

/**
 * What it takes to bring the same rows into the same tables, in an empty database: by upserts from arrays, `batch`
 * stock rows at a time, prepared once for each connection, with nothing to decide.
 */
export async function runFloor(
  { market, postgresPid }: { readonly market: Market; readonly postgresPid: number },
  contents: Contents,
  way: FloorWay,
  batch: number,
): Promise<{ readonly seconds: number; readonly usage: Usage }> {
  const [first, then] = statementsOf(contents, way.items, batch);
  const clients = await Promise.all(
    Array.from({ length: way.connections }, async () => {
      const client = new Client({ connectionString: market.url, application_name: "snapact-bench" });
      await client.connect();
      return client;
    }),
  );
  try {
    const { seconds, usage } = await measured({ postgresPid }, async () => {
      await runAll(clients, first);
      await runAll(clients, then);
    });
    await requireCounts(market.client, contents);
    return { seconds, usage };
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

/** Groups of statements that run one after another: first those that must be done before the others begin. */
function statementsOf(
  contents: Contents,
  items: FloorWay["items"],
  batch: number,
): [Statement[][], Statement[][]] {
  const { stock_rows: stock, outbox_events: events } = contents;
  const itemById = rowsByColumn(contents.items, "item_id");
  const proofById = rowsByColumn(contents.proofs, "proof_id");
  const itemOf = columnOf(stock, "item_id");
  const proofOf = columnOf(stock, "proof_id");
  // A statement may upsert each row but once.
  const found = (rows: (Row | undefined)[]): Row[] => [...new Set(rows)].filter((row) => row !== undefined);
  const groups = batches(stock.rows, batch).map((rows, i) => [
    ...(items === "once"
      ? []
      : [upsert(contents, "items", found(rows.map((row) => itemById.get(itemOf(row)))))]),
    upsert(contents, "proofs", found(rows.map((row) => proofById.get(proofOf(row))))),
    upsert(contents, "stock_rows", rows),
    upsert(contents, "outbox_events", events.rows.slice(i * batch, (i + 1) * batch)),
  ]);
  if (items === "with_each_row") return [[], groups];
  return [batches(contents.items.rows, batch).map((rows) => [upsert(contents, "items", rows)]), groups];
}

function upsert(contents: Contents, name: TableName, rows: readonly Row[]): Statement {
  const { columns } = contents[name];
  const key: readonly string[] = TABLES[name];
  // An array of arrays would be flattened: each comes as text.
  const isArray = ({ type }: Column): boolean => type.endsWith("[]");
  const arrays = columns.map((column, i) => `$${i + 1}::${isArray(column) ? "text" : column.type}[]`);
  const values = columns.map((column, i) => `c${i}${isArray(column) ? `::${column.type}` : ""}`);
  const set = columns
    .filter((column) => !key.includes(column.name))
    .map((column) => `${column.name} = excluded.${column.name}`);
  return {
    name,
    text: `INSERT INTO ${name} (${columns.map((column) => column.name).join(", ")})
SELECT ${values.join(", ")} FROM unnest(${arrays.join(", ")}) AS t(${columns.map((_, i) => `c${i}`).join(", ")})
ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${set.join(", ")}`,
    values: columns.map((_, i) => rows.map((row) => row[i])),
  };
}

async function runAll(clients: readonly Client[], groups: readonly (readonly Statement[])[]): Promise<void> {
  const waiting = groups.values();
  await Promise.all(
    clients.map(async (client) => {
      for (const group of waiting) for (const statement of group) await client.query(statement);
    }),
  );
}

async function requireCounts(client: Client, contents: Contents): Promise<void> {
  for (const [name, { rows }] of Object.entries(contents)) {
    const { rows: counts } = await client.query<{ count: number }>(`SELECT count(*)::int4 FROM ${name}`);
    if (counts[0]?.count === rows.length) continue;
    throw new Error(`the floor has ${counts[0]?.count} ${name} instead of ${rows.length}`);
  }
}

function columnOf({ columns }: Table, name: string): (row: Row) => string | null {
  const at = columns.findIndex((column) => column.name === name);
  return (row) => row[at] ?? null;
}

function rowsByColumn(table: Table, name: string): ReadonlyMap<string | null, Row> {
  const keyOf = columnOf(table, name);
  return new Map(table.rows.map((row) => [keyOf(row), row]));
}

function batches<T>(rows: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) =>
    rows.slice(i * size, (i + 1) * size),
  );
}
