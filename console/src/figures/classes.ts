/** Classes of a figure on the map: where each begins, and which one a value is in. */

/**
 * Lower limits of at most `count` classes with about as many values in each; the first is the least value.
 *
 * Values that are no number are left out, and equal limits fall together, so that a figure with one value has
 * one class.
 */
export function quantileClasses(values: Iterable<number>, count: number): number[] {
  const sorted = Float64Array.from([...values].filter(Number.isFinite)).sort();
  if (sorted.length === 0) return [];
  const limits = Array.from({ length: count }, (_, k) => sorted[Math.floor((k * sorted.length) / count)]!);
  return limits.filter((limit, k) => k === 0 || limit > limits[k - 1]!);
}

/** Lower limits rounded to `figures` significant figures, downward, so that none is above the values it holds. */
export function roundedDown(limits: readonly number[], figures = 2): number[] {
  const rounded = limits.map((limit) => {
    if (limit === 0) return 0;
    const unit = 10 ** (Math.floor(Math.log10(Math.abs(limit))) - figures + 1);
    return Number((Math.floor(limit / unit + 1e-9) * unit).toPrecision(12));
  });
  return rounded.filter((limit, k) => k === 0 || limit > rounded[k - 1]!);
}

/**
 * Limits of classes on both sides of nought, the same on both sides: the classes are
 * (-inf, -b), [-b, -a), [-a, a], (a, b], (b, inf) with the limits [a, b].
 */
export function differenceClasses(values: Iterable<number>): [number, number] {
  const sizes = Float64Array.from([...values].map(Math.abs).filter((size) => Number.isFinite(size) && size > 0));
  if (sizes.length === 0) return [0.5, 1];
  sizes.sort();
  const middle = sizes[Math.floor(sizes.length / 2)]!;
  const small = Math.min(middle, sizes[0]!) / 2;
  return [small, Math.max(middle, small * 2)];
}

/** The place of the class a value is in; null for a value below all, or none. */
export function classOf(value: number, limits: readonly number[]): number | null {
  if (!Number.isFinite(value)) return null;
  let found: number | null = null;
  for (let k = 0; k < limits.length && value >= limits[k]!; k += 1) found = k;
  return found;
}
