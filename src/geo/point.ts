/** A place on the earth in decimal degrees: `lat` -90 to 90, `lng` -180 to 180, WGS-84. */
export type Point = { readonly lat: number; readonly lng: number };
