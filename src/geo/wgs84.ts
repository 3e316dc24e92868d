/** The WGS-84 ellipsoid (NIMA TR8350.2): the shape of the earth that GPS and PostGIS `geography` use. */
export const EQUATORIAL_RADIUS_M = 6378137;
const FLATTENING = 1 / 298.257223563;

/** e² = (a² − b²) / a², with a the equatorial and b the polar radius. */
export const ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING);

/** e′² = (a² − b²) / b². */
export const SECOND_ECCENTRICITY_SQUARED = ECCENTRICITY_SQUARED / (1 - ECCENTRICITY_SQUARED);

/** a² / b, the radius of curvature at the poles: nowhere does one radian of latitude or arc span more metres. */
export const LARGEST_CURVATURE_RADIUS_M = EQUATORIAL_RADIUS_M / (1 - FLATTENING);
