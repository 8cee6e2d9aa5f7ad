/** A plan on the map: who leaves, by which roads, to which shelters, and what the hazard took away. */
import type { Palette } from '../figures/colours';
import { spread } from '../figures/colours';
import { FONT } from './engine';
import type { Drawn, Expression, Part } from './drawn';

/** Minutes of the mean trip at which the classes of the map begin. */
export const TRIP_CLASSES_MIN = [0, 10, 20, 30, 45] as const;
const PERSONS_PER_PIXEL = 900;

const number = (name: string): Expression => ['coalesce', ['get', name], 0] as Expression;
const atZoom = (far: number, near: number): Expression =>
  ['interpolate', ['linear'], ['zoom'], 10, far, 16, near] as Expression;

/** Colours of the trip classes. */
export function tripColours(palette: Palette): string[] {
  return spread(palette.sequence, TRIP_CLASSES_MIN.length);
}

/** The layers of a plan, drawn from where the server serves them. */
export function drawPlan(run: string, keys: readonly string[], palette: Palette): Drawn[] {
  const parts: Record<string, readonly Part[]> = {
    cells: cellParts(palette),
    roads: roadParts(palette),
    facilities: facilityParts(palette),
    shelters: shelterParts(palette),
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

/** What the hazard does alone, below what else a run plans: where it is, what it closes; roads answer to clicks. */
export function drawHazard(run: string, keys: readonly string[], palette: Palette): Drawn[] {
  const kept = ['hazard', 'slowed', 'closed'];
  const any: Part = { name: 'any', slot: 'road', type: 'line', paint: { 'line-color': palette.road, 'line-opacity': 0, 'line-width': 7 } };
  return drawPlan(run, keys.filter((key) => key === 'cells' || key === 'roads'), palette).map((one) => ({
    ...one,
    parts: [...(one.id === 'plan:roads' ? [any] : []), ...one.parts.filter(({ name }) => kept.includes(name))],
  }));
}

function cellParts(palette: Palette): Part[] {
  const colours = tripColours(palette);
  const minutes = ['/', number('trip_mean_s'), 60];
  const steps = TRIP_CLASSES_MIN.slice(1).flatMap((from, k) => [from, colours[k + 1]]);
  return [
    {
      name: 'hazard',
      slot: 'cell',
      type: 'fill',
      filter: ['all', ['>', number('hazard_value'), 0], ['!', ['to-boolean', ['get', 'affected']]]] as Expression,
      paint: { 'fill-color': palette.less[0], 'fill-opacity': 0.22, 'fill-antialias': false },
    },
    {
      name: 'trip',
      slot: 'cell',
      type: 'fill',
      filter: ['>', number('persons_affected'), 0] as Expression,
      paint: { 'fill-color': ['step', minutes, colours[0], ...steps], 'fill-opacity': 0.8, 'fill-antialias': false },
    },
    {
      name: 'unmet',
      slot: 'cell',
      type: 'fill',
      filter: ['all', ['>', number('persons_unmet'), 0], ['==', number('persons_allocated'), 0]] as Expression,
      paint: { 'fill-color': palette.unmet, 'fill-opacity': 0.75, 'fill-antialias': false },
    },
    {
      name: 'short',
      slot: 'hazard',
      type: 'line',
      filter: ['>', number('persons_unmet'), 0] as Expression,
      paint: { 'line-color': palette.unmet, 'line-width': atZoom(0.8, 2.5) },
    },
  ];
}

function roadParts(palette: Palette): Part[] {
  const persons = ['+', number('persons_walking'), number('persons_driving')];
  const width = ['interpolate', ['linear'], ['/', persons, PERSONS_PER_PIXEL], 0, 1.2, 8, 9];
  return [
    {
      name: 'route',
      slot: 'route',
      type: 'line',
      filter: ['>', persons, 0] as unknown as Expression,
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': palette.route, 'line-width': width, 'line-opacity': 0.85 },
    },
    {
      name: 'slowed',
      slot: 'route',
      type: 'line',
      filter: ['==', ['get', 'state'], 'slowed'] as Expression,
      paint: { 'line-color': palette.slowed, 'line-width': atZoom(0.8, 3), 'line-dasharray': [2, 1.5] },
    },
    {
      name: 'closed',
      slot: 'route',
      type: 'line',
      filter: ['==', ['get', 'state'], 'closed'] as Expression,
      paint: { 'line-color': palette.closed, 'line-width': atZoom(1, 3.5) },
    },
  ];
}

/** A shelter's colour: shut by the hazard, full, or with places left. */
export function shelterColour(palette: Palette): Expression {
  const full = ['all', ['>', number('places'), 0], ['>=', number('load_persons'), number('places')]];
  return ['case', ['!', ['to-boolean', ['get', 'open']]], palette.lost, full, palette.full, palette.shelter] as unknown as Expression;
}

function shelterParts(palette: Palette): Part[] {
  const size = ['interpolate', ['linear'], ['sqrt', number('load_persons')], 0, 4, 80, 15];
  return [
    {
      name: 'place',
      slot: 'mark',
      type: 'circle',
      layout: { 'circle-sort-key': ['-', number('load_persons')] },
      paint: {
        'circle-radius': size,
        'circle-color': shelterColour(palette),
        'circle-stroke-color': palette.halo,
        'circle-stroke-width': 1.5,
      },
    },
    {
      name: 'name',
      slot: 'mark',
      type: 'symbol',
      minzoom: 13,
      layout: {
        'text-field': ['get', 'name'],
        'text-font': [FONT],
        'text-size': 12,
        'text-anchor': 'top',
        'text-offset': [0, 1],
      },
      paint: { 'text-color': palette.label, 'text-halo-color': palette.halo, 'text-halo-width': 1.5 },
    },
  ];
}

function facilityParts(palette: Palette): Part[] {
  return [
    {
      name: 'place',
      slot: 'point',
      type: 'circle',
      minzoom: 11,
      paint: {
        'circle-radius': 4,
        'circle-color': palette.halo,
        'circle-stroke-width': 2.5,
        'circle-stroke-color': ['case', ['to-boolean', ['get', 'lost']], palette.closed, palette.facility],
      },
    },
  ];
}
