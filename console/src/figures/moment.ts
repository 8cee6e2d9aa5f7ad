/** Moments of a relief: seconds after it began, as days and times of the clock. */
const DAY_S = 86_400;
const DAY_MIN = 1440;

/** Minutes after midnight at which a relief begins; without a clock its days begin at midnight. */
function beginMin(clock: string | null): number {
  const [hours, minutes] = (clock?.split('T')[1] ?? '00:00').split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

/** The time of the clock at a moment, as 06:30. */
export function timeOf(seconds: number, clock: string | null): string {
  const minutes = (beginMin(clock) + Math.floor(seconds / 60)) % DAY_MIN;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** The day of a relief in which a moment lies, from 1. */
export function dayOf(seconds: number): number {
  return Math.floor(seconds / DAY_S) + 1;
}

/** Hours and minutes from the beginning until a time of the clock in one of its days, as 02:10. */
export function sinceBeginning(day: number, time: string, clock: string | null): string {
  const [hours, minutes] = time.split(':').map(Number);
  const inDay = ((hours ?? 0) * 60 + (minutes ?? 0) - beginMin(clock) + DAY_MIN) % DAY_MIN;
  const all = (day - 1) * DAY_MIN + inDay;
  return `${String(Math.floor(all / 60)).padStart(2, '0')}:${String(all % 60).padStart(2, '0')}`;
}

/** The span of a day's work, or of all days, a little wider; whole hours. */
export function spanOf(bars: Iterable<{ from_s: number; until_s: number }>, day: number | null): readonly [number, number] {
  let [from, until] = [Infinity, -Infinity];
  for (const bar of bars) {
    if (day !== null && dayOf(bar.from_s) !== day) continue;
    from = Math.min(from, bar.from_s);
    until = Math.max(until, bar.until_s);
  }
  if (from > until) return [((day ?? 1) - 1) * DAY_S, (day ?? 1) * DAY_S];
  return [Math.floor(from / 3600) * 3600, Math.ceil(until / 3600) * 3600];
}

const HOURS = [1, 2, 3, 4, 6, 8, 12, 24];
/** Steps of an axis for what is over within hours. */
export const QUARTERS: readonly number[] = [0.25, 0.5, ...HOURS];

/** Moments at which an axis is marked: whole hours, or other steps of hours, at most `most` of them. */
export function ticksOf([from, until]: readonly [number, number], most: number, steps: readonly number[] = HOURS): number[] {
  const step = steps.find((hours) => (until - from) / 3600 / hours <= most) ?? 24;
  const first = Math.ceil(from / 3600 / step) * step;
  const found = [];
  for (let hour = first; hour * 3600 <= until; hour += step) found.push(hour * 3600);
  return found;
}
