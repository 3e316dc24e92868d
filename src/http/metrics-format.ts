import { notation } from "./parameter-kinds.ts";

const FORMATS = ["json", "prometheus"] as const;
export type MetricsFormat = (typeof FORMATS)[number];

const JSON_TYPES = ["application/json", "application/*"];
/** The media types of Prometheus' text format, and of its successor, whose readers take both. */
const PROMETHEUS_TYPES = ["text/plain", "application/openmetrics-text"];

/** The query parameter `format`, which wins over `Accept`. */
export const FORMAT_PARAMETER = notation({
  description: "The notation of the answer, whatever `Accept` says: JSON, or Prometheus' text format 0.0.4.",
  mustBe: `one of ${FORMATS.join(", ")}`,
  schema: { type: "string", enum: FORMATS },
  example: "prometheus",
  read: (text) => FORMATS.find((format) => format === text),
});

/**
 * The notation that an `Accept` header asks for: Prometheus' when it names that, and not JSON as much or more. Who
 * takes everything gets JSON.
 */
export function acceptedFormat(accept: string | null): MetricsFormat {
  const qualities = new Map<string, number>();
  for (const range of (accept ?? "").toLowerCase().split(",")) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim());
    const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    qualities.set(type, quality === undefined ? 1 : Number(quality) || 0);
  }
  const qualityOf = (types: readonly string[]) => Math.max(...types.map((type) => qualities.get(type) ?? 0));
  return qualityOf(PROMETHEUS_TYPES) > qualityOf(JSON_TYPES) ? "prometheus" : "json";
}
