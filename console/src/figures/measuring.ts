/** Lengths and areas on the earth taken as a sphere of its mean radius; right to 0.5 %. */
export type Place = readonly [longitude: number, latitude: number];

const EARTH_RADIUS_M = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Metres along a line. */
export function lengthM(line: readonly Place[]): number {
  return line.slice(1).reduce((sum, place, i) => sum + distanceM(line[i]!, place), 0);
}

function distanceM([lon1, lat1]: Place, [lon2, lat2]: Place): number {
  const half = (angle: number): number => Math.sin(radians(angle) / 2) ** 2;
  const chord = half(lat2 - lat1) + Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * half(lon2 - lon1);
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** Square metres inside a ring, given open or closed. */
export function areaM2(ring: readonly Place[]): number {
  const doubled = ring.reduce((sum, [lon, lat], i) => {
    const [nextLon, nextLat] = ring[(i + 1) % ring.length]!;
    return sum + radians(nextLon - lon) * (2 + Math.sin(radians(lat)) + Math.sin(radians(nextLat)));
  }, 0);
  return Math.abs((doubled * EARTH_RADIUS_M ** 2) / 2);
}

/** Whether two sides of a ring cross. */
export function crossesItself(ring: readonly Place[]): boolean {
  const sides = ring.map((place, i) => [place, ring[(i + 1) % ring.length]!] as const);
  return sides.some(([a, b], i) =>
    sides.some(([c, d], j) => j > i + 1 && !(i === 0 && j === sides.length - 1) && segmentsCross(a, b, c, d)),
  );
}

function segmentsCross(a: Place, b: Place, c: Place, d: Place): boolean {
  return turn(a, b, c) !== turn(a, b, d) && turn(c, d, a) !== turn(c, d, b);
}

function turn([ax, ay]: Place, [bx, by]: Place, [cx, cy]: Place): boolean {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax) > 0;
}
