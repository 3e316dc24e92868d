/** The cycles of a directed graph, one for each edge that closes one on a walk in depth; none when it has none. */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = [];
  const finished = new Set<string>();
  const path: string[] = [];
  const walk = (node: string): void => {
    if (finished.has(node)) return;
    const start = path.indexOf(node);
    if (start >= 0) {
      cycles.push([...path.slice(start), node]);
      return;
    }
    path.push(node);
    for (const next of graph.get(node) ?? []) walk(next);
    path.pop();
    finished.add(node);
  };
  for (const node of graph.keys()) walk(node);
  return cycles;
}
