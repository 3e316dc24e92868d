/** A table in Markdown. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/** To two decimals; NaN, which JSON has as null, when there is nothing to round. */
export function rounded(value: number | undefined): number {
  return Number((value ?? Number.NaN).toFixed(2));
}
