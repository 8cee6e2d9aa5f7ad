/** A relief on the map: depots, shelters that are supplied, and the ways of the trips. */
import type { Palette } from '../figures/colours';
import { FONT } from './engine';
import type { Drawn, Expression, Part } from './drawn';

/** Of which trips the ways stand out. */
export interface TripsInHand {
  vehicle: string;
  start_s: number | null;
}

const number = (name: string): Expression => ['coalesce', ['get', name], 0] as Expression;

/** The layers of a relief; without a vehicle in hand all trips are drawn alike. */
export function drawRelief(run: string, keys: readonly string[], inHand: TripsInHand | null, palette: Palette): Drawn[] {
  const parts: Record<string, readonly Part[]> = {
    relief_trips: tripParts(inHand, palette),
    relief_stops: stopParts(palette),
    relief_depots: depotParts(palette),
  };
  return Object.entries(parts)
    .filter(([key]) => keys.includes(key))
    .map(([key, made]) => ({
      id: `plan:${key}`,
      source: { type: 'geojson', data: `/api/runs/${run}/layers/${key}`, generateId: true },
      parts: made,
      pick: 'plan',
    }));
}

function tripParts(inHand: TripsInHand | null, palette: Palette): Part[] {
  const layout = { 'line-cap': 'round', 'line-join': 'round' };
  const width = ['interpolate', ['linear'], number('load_kg'), 0, 1.5, 10_000, 5] as Expression;
  const all: Part = {
    name: 'trip',
    slot: 'route',
    type: 'line',
    layout,
    paint: { 'line-color': palette.route, 'line-width': width, 'line-opacity': inHand === null ? 0.7 : 0.2 },
  };
  if (inHand === null) return [all];
  const own = ['==', ['get', 'vehicle'], inHand.vehicle];
  const wanted = inHand.start_s === null ? own : ['all', own, ['<', ['abs', ['-', number('start_s'), inHand.start_s]], 1]];
  const filter = wanted as unknown as Expression;
  return [
    all,
    { name: 'edge', slot: 'route', type: 'line', layout, filter, paint: { 'line-color': palette.halo, 'line-width': 8 } },
    { name: 'chosen', slot: 'route', type: 'line', layout, filter, paint: { 'line-color': palette.drawn, 'line-width': 4.5 } },
  ];
}

function stopParts(palette: Palette): Part[] {
  const served = ['case', ['>', number('visits'), 0], palette.shelter, palette.unmet] as unknown as Expression;
  const size = ['interpolate', ['linear'], ['sqrt', number('persons')], 0, 4, 80, 12] as unknown as Expression;
  return [
    {
      name: 'place',
      slot: 'mark',
      type: 'circle',
      paint: { 'circle-radius': size, 'circle-color': served, 'circle-stroke-color': palette.halo, 'circle-stroke-width': 1.5 },
    },
    namePart(palette, 13),
  ];
}

function depotParts(palette: Palette): Part[] {
  const colour = ['case', ['to-boolean', ['get', 'lost']], palette.closed, palette.drawn] as unknown as Expression;
  return [
    {
      name: 'place',
      slot: 'mark',
      type: 'circle',
      paint: { 'circle-radius': 8, 'circle-color': palette.halo, 'circle-stroke-color': colour, 'circle-stroke-width': 4 },
    },
    namePart(palette, 11),
  ];
}

function namePart(palette: Palette, minzoom: number): Part {
  return {
    name: 'name',
    slot: 'mark',
    type: 'symbol',
    minzoom,
    layout: { 'text-field': ['get', 'name'], 'text-font': [FONT], 'text-size': 13, 'text-anchor': 'top', 'text-offset': [0, 1] },
    paint: { 'text-color': palette.label, 'text-halo-color': palette.halo, 'text-halo-width': 1.5 },
  };
}
