import { describe, expect, it } from 'vitest';
import { dayOf, QUARTERS, sinceBeginning, spanOf, ticksOf, timeOf } from './moment';

const CLOCK = '2024-07-02T06:00:00';

describe('moments of a relief', () => {
  it('are told by the clock, and without one from midnight', () => {
    expect(timeOf(7800, CLOCK)).toBe('08:10');
    expect(timeOf(7800, null)).toBe('02:10');
    expect(timeOf(86_400 - 60, CLOCK)).toBe('05:59');
    expect(dayOf(86_399)).toBe(1);
    expect(dayOf(86_400)).toBe(2);
  });

  it('come back from a time of the clock, in the day of the relief in which it falls', () => {
    expect(sinceBeginning(1, '08:10', CLOCK)).toBe('02:10');
    // five in the morning is the last hour of a day that began at six
    expect(sinceBeginning(1, '05:00', CLOCK)).toBe('23:00');
    expect(sinceBeginning(3, '06:00', CLOCK)).toBe('48:00');
    expect(sinceBeginning(1, '02:10', null)).toBe('02:10');
  });

  it('span the work of a day in whole hours, or the day where there is none', () => {
    const bars = [
      { from_s: 1800, until_s: 4000 },
      { from_s: 90_000, until_s: 95_000 },
    ];
    expect(spanOf(bars, 1)).toEqual([0, 7200]);
    expect(spanOf(bars, 2)).toEqual([90_000, 97_200]);
    expect(spanOf(bars, null)).toEqual([0, 97_200]);
    expect(spanOf(bars, 3)).toEqual([172_800, 259_200]);
  });

  it('mark an axis at whole hours, not more often than asked', () => {
    expect(ticksOf([0, 7200], 9)).toEqual([0, 3600, 7200]);
    expect(ticksOf([0, 3600], 9, QUARTERS)).toEqual([0, 900, 1800, 2700, 3600]);
    const ticks = ticksOf([3600, 43_200], 6);
    expect(ticks.length).toBeLessThanOrEqual(7);
    expect(ticks.every((at) => at % 3600 === 0)).toBe(true);
  });
});
