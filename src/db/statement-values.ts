/** Puts a value among a statement's parameters and returns the placeholder that stands for it, cast to `type`. */
export type Bind = (value: unknown, type: string) => string;

/** An empty list of parameters, and what adds to it. */
export function statementValues(): { readonly bind: Bind; readonly values: readonly unknown[] } {
  const values: unknown[] = [];
  return { values, bind: (value, type) => `$${values.push(value)}::${type}` };
}

/** Binds an instant of epoch milliseconds. */
export function bindInstant(bind: Bind, epochMs: number): string {
  return bind(new Date(epochMs).toISOString(), "timestamptz");
}
