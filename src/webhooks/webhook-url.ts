import type { Config } from "../config.ts";
import { hostNameProblem } from "./host-name.ts";

/** Where webhooks may go depends on where this runs, and on which domains are ours. */
export type UrlRules = Pick<Config, "environment" | "ownZones">;

export const MAX_WEBHOOK_URL_LENGTH = 2048;

/** Visible ASCII without what RFC 3986 leaves out; each `%` stands before two hexadecimal digits. */
const URI_CHARACTERS = /^(?:[\w.~!$&'()*+,;=:@/?#[\]-]|%[0-9A-Fa-f]{2})*$/;
/** An authority as everybody reads it alike: scheme, host and port, before what follows. */
const AUTHORITY = /^(https?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]+))?(?=[/?]|$)/i;
const LOOPBACK = /^(127(\.[0-9]+){3}|\[::1\]|localhost)$/;

/**
 * What is wrong with `url` as an endpoint's, as a clause that follows its name ("must use https"); undefined when we may
 * send to it. Parsers differ in how they read what is unusual, so that only the usual is let through.
 */
export function webhookUrlProblem(url: string, { environment, ownZones }: UrlRules): string | undefined {
  if (url.length > MAX_WEBHOOK_URL_LENGTH) return `must have at most ${MAX_WEBHOOK_URL_LENGTH} characters`;
  if (!/^https?:\/\//i.test(url)) return "must begin with https://";
  if (!URI_CHARACTERS.test(url)) return "must be percent-encoded, and its host written in ASCII (xn--…)";
  if (url.includes("#")) return "must not have a fragment (#…)";
  if (/^https?:\/\/[^/?]*@/i.test(url)) return "must not hold a user name or password";
  if (!URL.canParse(url)) return "must be a URL, such as https://shop.example/hooks";

  const { protocol, hostname } = new URL(url);
  const [, , host = "", port] = AUTHORITY.exec(url) ?? [];
  if (host.toLowerCase() !== hostname) {
    return isIpAddress(hostname) ? NO_IP_ADDRESS : "must name its host and port plainly";
  }
  if (environment === "development" && LOOPBACK.test(hostname)) return undefined;
  if (isIpAddress(hostname)) return NO_IP_ADDRESS;
  if (protocol !== "https:") return "must use https";
  if (port !== undefined && port !== "443") return "must use port 443, which is https's own";
  return hostNameProblem(hostname, ownZones);
}

const NO_IP_ADDRESS = "must name a host, not an IP address";

/** Of a host as the URL parser writes it: IPv6 stands in brackets, and IPv4 in four decimal numbers. */
function isIpAddress(hostname: string): boolean {
  return hostname.startsWith("[") || /^[0-9]+(\.[0-9]+){3}$/.test(hostname);
}
