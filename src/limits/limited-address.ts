/** Whoever has one IPv6 address has all of its /64. */
const NETWORK_GROUPS = 4;
const IPV6_CHARACTERS = /^[0-9a-f:.]{2,45}$/i;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** What all requests of Cloudflare Workers of other zones come from. */
const WORKERS_ADDRESS = "2a06:98c0:3600:0:0:0:0:103";
const ZONE = /^[a-z0-9.-]{1,253}$/i;

/**
 * What stands for an address when it is limited: an IPv4 address itself, also when written as an IPv6 one; of IPv6 the
 * network of 64 bits; for Workers, which share one address, the zone whose Worker asks (`workerZone`, as Cloudflare says
 * in `CF-Worker`). All that is no address counts as one.
 */
export function limitedAddress(address: string | undefined, workerZone?: string): string {
  if (address === undefined) return "unknown";
  if (IPV4.test(address)) return address;
  const groups = ipv6Groups(address);
  if (groups === undefined) return "unknown";
  if (groups.join(":") === WORKERS_ADDRESS && workerZone !== undefined && ZONE.test(workerZone)) {
    return `worker ${workerZone.toLowerCase()}`;
  }
  return mappedIpv4(groups) ?? `${groups.slice(0, NETWORK_GROUPS).join(":")}::/64`;
}

/** The eight groups as hexadecimal numbers without leading zeros; undefined when it is no IPv6 address. */
function ipv6Groups(address: string): readonly string[] | undefined {
  const url = `http://[${address}]`;
  if (!IPV6_CHARACTERS.test(address) || !URL.canParse(url)) return undefined;
  const [before = "", after] = new URL(url).hostname.slice(1, -1).split("::");
  const head = before.split(":").filter((group) => group !== "");
  const tail = (after ?? "").split(":").filter((group) => group !== "");
  return [...head, ...Array<string>(8 - head.length - tail.length).fill("0"), ...tail];
}

/** The address of which this is `::ffff:a.b.c.d`, if it is. */
function mappedIpv4(groups: readonly string[]): string | undefined {
  if (groups.slice(0, 6).join(":") !== "0:0:0:0:0:ffff") return undefined;
  const bytes = groups.slice(6).flatMap((group) => {
    const number = Number.parseInt(group, 16);
    return [number >> 8, number & 0xff];
  });
  return bytes.join(".");
}
