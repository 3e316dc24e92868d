/** Whose figures: all rows of a partner (a UUID), or only those at one location, of one category, or both. */
export type MetricsScope = {
  readonly partnerId: string;
  readonly locationRef: string | null;
  readonly category: string | null;
};

/** Tells the scopes of a partner apart. */
export function filterKey({ locationRef, category }: MetricsScope): string {
  return JSON.stringify([locationRef, category]);
}

export function isWholePartner({ locationRef, category }: MetricsScope): boolean {
  return locationRef === null && category === null;
}
