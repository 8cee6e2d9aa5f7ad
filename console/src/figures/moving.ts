/** Who is on which road over time, from the threes of slice, road and units that the server sends. */

/** Units on each road at one moment; roads that nobody is on have none. */
export function unitsAt(moving: Int32Array, slice: number, roads: number): Float32Array {
  const units = new Float32Array(roads).fill(Number.NaN);
  for (let i = firstOf(moving, slice); i < moving.length && moving[i] === slice; i += 3) units[moving[i + 1]!] = moving[i + 2]!;
  return units;
}

/** Where the threes of a slice begin, or would: they stand in the order of time. */
function firstOf(moving: Int32Array, slice: number): number {
  let low = 0;
  let high = moving.length / 3;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (moving[3 * middle]! < slice) low = middle + 1;
    else high = middle;
  }
  return 3 * low;
}

/** Points of a polyline `x,y x,y …` in a box, from values over time; the largest value is at the top. */
export function polyline(values: readonly number[], most: number, width: number, height: number): string {
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values.map((value, i) => `${(i * step).toFixed(1)},${(height * (1 - (most > 0 ? value / most : 0))).toFixed(1)}`).join(' ');
}
