/** What differs between two plans, on the cells that changed. */
import type { ChangedCell } from '../figures/changed';
import { differenceClasses } from '../figures/classes';
import type { Palette } from '../figures/colours';
import type { Drawn, Expression } from './drawn';

/** Trips that differ by less are about the same. */
const SAME_MIN = 0.5;

/** Limits, in minutes of the mean trip, between little and much; and the colours of the five classes. */
export interface DifferenceScale {
  limits: readonly [number, number];
  colours: readonly [string, string, string, string];
}

/** The scale of what changed. */
export function differenceScale(minutes: Iterable<number>, palette: Palette): DifferenceScale {
  return {
    limits: differenceClasses(minutes, SAME_MIN),
    colours: [palette.less[1], palette.less[0], palette.more[0], palette.more[1]],
  };
}

/**
 * The cells of a plan coloured by what changed, from the cells' own outlines.
 *
 * A cell that did not change is not drawn; one whose people lost their place is told apart from one whose trip
 * became longer.
 */
export function drawDifference(run: string, changed: readonly ChangedCell[], scale: DifferenceScale, palette: Palette): Drawn[] {
  const colour: Record<string, string> = {};
  for (const { cell, minutes, unmet } of changed) {
    colour[cell] = unmet > 0 ? palette.unmet : unmet < 0 ? palette.shelter : colourOf(minutes, scale);
  }
  const pairs = Object.entries(colour).flat();
  if (pairs.length === 0) return [];
  const match = ['match', ['get', 'cell'], ...pairs, 'rgba(0,0,0,0)'] as unknown as Expression;
  return [
    {
      id: 'difference:cells',
      source: { type: 'geojson', data: new URL(`/api/runs/${run}/layers/cells`, location.href).href, generateId: true },
      parts: [{ name: 'cell', slot: 'hazard', type: 'fill', paint: { 'fill-color': match, 'fill-opacity': 0.85, 'fill-antialias': false } }],
      pick: 'plan',
    },
  ];
}

function colourOf(minutes: number | null, { limits, colours }: DifferenceScale): string {
  if (minutes === null || Math.abs(minutes) <= limits[0]) return 'rgba(143,154,160,0.7)';
  if (minutes < 0) return minutes < -limits[1] ? colours[0] : colours[1];
  return minutes > limits[1] ? colours[3] : colours[2];
}
