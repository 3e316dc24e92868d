import type { Format } from "./parameters.ts";

const PROMETHEUS_TYPES = ["text/plain", "application/openmetrics-text"];
const JSON_TYPES = ["application/json", "application/*"];

/**
 * The format that an `Accept` header (RFC 9110, section 12.5.1) prefers: Prometheus only if it names one of its types,
 * and JSON's with less weight or not at all.
 */
export function acceptedFormat(accept: string | null): Format {
  const ranges = (accept ?? "").split(",").map(readRange);
  const weightOf = (types: readonly string[]) =>
    Math.max(0, ...ranges.filter(({ type }) => types.includes(type)).map(({ weight }) => weight));
  return weightOf(PROMETHEUS_TYPES) > weightOf(JSON_TYPES) ? "prometheus" : "json";
}

function readRange(range: string): { readonly type: string; readonly weight: number } {
  const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
  const weight = Number(parameters.find((parameter) => parameter.startsWith("q="))?.slice("q=".length) ?? 1);
  return { type, weight: Number.isFinite(weight) ? weight : 0 };
}
