/**
 * Ends of names that nobody can own in public: special-use names (IANA; but `example`, of which documentation is full and
 * which leads nowhere), names kept out of the root because networks use them for themselves (ICANN), and services that give
 * any address a name.
 */
const NOT_PUBLIC = [
  "alt",
  "arpa",
  "internal",
  "invalid",
  "local",
  "localhost",
  "onion",
  "test",

  "corp",
  "home",
  "intranet",
  "lan",
  "localdomain",
  "mail",
  "private",

  "1u.ms",
  "fuf.me",
  "lacolhost.com",
  "local.gd",
  "localtest.me",
  "lvh.me",
  "nip.io",
  "rbndr.us",
  "sslip.io",
  "traefik.me",
  "vcap.me",
  "xip.io",
];

const MAX_NAME_LENGTH = 253;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** No top-level domain has a digit, but those in another script. */
const TOP_LEVEL_DOMAIN = /^([a-z]{2,63}|xn--[a-z0-9-]+)$/;

/**
 * What is wrong with `name` (in lower case) as that of a host in public that is not ours, as a clause that follows
 * "its URL"; undefined when nothing is.
 */
export function hostNameProblem(name: string, ownZones: readonly string[]): string | undefined {
  if (name.endsWith(".")) return "must name a host without a dot at its end";
  const labels = name.split(".");
  const topLevelDomain = labels.at(-1) ?? "";
  if (labels.length < 2) return "must name a host in full, such as shop.example.com";
  if (
    name.length > MAX_NAME_LENGTH ||
    !labels.every((label) => LABEL.test(label)) ||
    !TOP_LEVEL_DOMAIN.test(topLevelDomain)
  ) {
    return "must name a host that the public DNS can know";
  }
  if (NOT_PUBLIC.some((end) => isOrIsBelow(name, end))) return "must name a host that is public";
  if (ownZones.some((zone) => isOrIsBelow(name, zone))) return "must not name a host of ours";
  return undefined;
}

function isOrIsBelow(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}
