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
 * Limits [a, b] of classes on both sides of nought: (-inf, -b), [-b, -a), [-a, a], (a, b], (b, inf).
 *
 * `least` is what counts as no difference; half of the larger differences are beyond b.
 */
export function differenceClasses(values: Iterable<number>, least: number): [number, number] {
  const sizes = [...values].map(Math.abs).filter((size) => size > least && Number.isFinite(size));
  const middle = sizes.toSorted((a, b) => a - b)[Math.floor(sizes.length / 2)];
  return [least, Math.max(2 * least, middle === undefined ? 0 : roundedDown([middle])[0]!)];
}

/** The place of the class a value is in; null for a value below all, or none. */
export function classOf(value: number, limits: readonly number[]): number | null {
  if (!Number.isFinite(value)) return null;
  let found: number | null = null;
  for (let k = 0; k < limits.length && value >= limits[k]!; k += 1) found = k;
  return found;
}
