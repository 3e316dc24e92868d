const DIRECTIVE = /^(no-cache|no-store|max-age=(\d{1,9}))$/i;

/**
 * How old an answer may be by a request's `Cache-Control` (RFC 9111, section 5.2.1), in seconds: 0 for `no-cache` and
 * `no-store`, infinite when it says nothing of that. What is not understood is ignored, as the RFC asks.
 */
export function acceptedAgeS(cacheControl: string | null): number {
  if (cacheControl === null) return Number.POSITIVE_INFINITY;
  const agesS = cacheControl.split(",").flatMap((part) => {
    const match = DIRECTIVE.exec(part.trim());
    return match === null ? [] : [Number(match[2] ?? 0)];
  });
  return Math.min(Number.POSITIVE_INFINITY, ...agesS);
}
