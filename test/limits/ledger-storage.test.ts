import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { readLedger, writeLedger } from "../../src/limits/ledger-storage.ts";

/** An object's storage in memory. */
function openStorage(): Parameters<typeof readLedger>[0] {
  const database = new DatabaseSync(":memory:");
  return {
    exec(sql: string, ...values: (string | number)[]) {
      if (values.length === 0 && sql.includes("CREATE")) {
        database.exec(sql);
        return { toArray: () => [] };
      }
      const rows = database.prepare(sql).all(...values);
      return { toArray: <Row>() => rows.map((row) => ({ ...row })) as Row[] };
    },
  };
}

const GRANT = { holder: "isolate", seq: 7, granted: 5, returned: 0, expiresAtMs: 300_000 };
const NOTHING = { charges: [], grants: [], forgotten: [], chargesExpiredAtMs: undefined };

describe("a stored ledger", () => {
  it("holds charges and grants as they were last, in order of expiry", () => {
    const storage = openStorage();
    readLedger(storage);
    const charges = [
      { expiresAtMs: 500, permits: 2 },
      { expiresAtMs: 250, permits: 1 },
      { expiresAtMs: 750, permits: 3 },
    ];
    writeLedger(storage, { ...NOTHING, charges, grants: [GRANT] });
    writeLedger(storage, {
      ...NOTHING,
      charges: [{ expiresAtMs: 750, permits: 0 }],
      grants: [{ ...GRANT, returned: 4 }],
      chargesExpiredAtMs: 250,
    });
    expect(readLedger(storage)).toEqual({
      charges: [{ expiresAtMs: 500, permits: 2 }],
      grants: [{ ...GRANT, returned: 4 }],
    });
  });

  it("does not hold a grant that the same call gives back and pushes out", () => {
    const storage = openStorage();
    readLedger(storage);
    writeLedger(storage, { ...NOTHING, grants: [GRANT] });
    writeLedger(storage, { ...NOTHING, grants: [{ ...GRANT, returned: 5 }], forgotten: [GRANT] });
    expect(readLedger(storage).grants).toEqual([]);
  });
});
