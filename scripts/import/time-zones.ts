type Position = { readonly lat: number; readonly lng: number };

/** Zones of the United States from west to east, each up to a longitude; plausible, not surveyed. */
const CONTIGUOUS_US_ZONES: readonly { readonly upToLng: number; readonly timezone: string }[] = [
  { upToLng: -114.6, timezone: "America/Los_Angeles" },
  { upToLng: -102, timezone: "America/Denver" },
  { upToLng: -86.5, timezone: "America/Chicago" },
  { upToLng: -66, timezone: "America/New_York" },
];

/** An IANA time zone in which a shop at this position could well be; a nautical one outside the United States. */
export function timeZoneAt({ lat, lng }: Position): string {
  if (lat > 51 && lat < 72 && lng < -129) return "America/Anchorage";
  if (lat > 18 && lat < 23 && lng > -161 && lng < -154) return "Pacific/Honolulu";
  if (lat > 24 && lat < 50 && lng > -125) {
    const zone = CONTIGUOUS_US_ZONES.find(({ upToLng }) => lng < upToLng);
    if (zone !== undefined) return zone.timezone;
  }
  return nauticalZone(lng);
}

/** In the names of these zones, by POSIX custom, the sign says how far UTC is ahead. */
function nauticalZone(lng: number): string {
  const hoursEast = Math.round(lng / 15);
  if (hoursEast === 0) return "Etc/GMT";
  return hoursEast > 0 ? `Etc/GMT-${hoursEast}` : `Etc/GMT+${-hoursEast}`;
}
