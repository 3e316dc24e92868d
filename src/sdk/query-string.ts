export type QueryValue = string | number | boolean | readonly string[] | undefined;

/** `?` and the parameters that are not undefined, percent-encoded; empty when there are none. */
export function queryString(query: Readonly<Record<string, QueryValue>>): string {
  const parameters = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(parameterText(value))}`],
  );
  return parameters.length === 0 ? "" : `?${parameters.join("&")}`;
}

/**
 * `name` as one segment of a path.
 * @throws {TypeError} when it cannot be one: empty, or a dot or two, which are folders to every client.
 */
export function pathSegment(what: string, name: string): string {
  if (typeof name !== "string" || /^\.{0,2}$/.test(name)) {
    throw new TypeError(`${what} must be text other than "", "." and ".."`);
  }
  return encodeURIComponent(name);
}

function parameterText(value: Exclude<QueryValue, undefined>): string {
  if (typeof value !== "number") return String(value);
  const text = String(value);
  // The service takes plain decimals only: 1e-7 is written out.
  return text.includes("e-") ? value.toFixed(20).replace(/\.?0+$/, "") : text;
}
