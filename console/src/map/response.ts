/** A response on the map: incidents, ways of units, hospitals, moves of idle units, roads in their order. */
import type { Palette } from '../figures/colours';
import { FONT } from './engine';
import type { Drawn, Expression, Part } from './drawn';

/** Features of a layer that have these values. */
export interface MarkedFeatures {
  layer: string;
  where: Readonly<Record<string, string | number>>;
}

/** The layers of a response; what is marked stands out. */
export function drawResponse(
  run: string,
  keys: readonly string[],
  marked: readonly MarkedFeatures[],
  language: 'zh' | 'en',
  palette: Palette,
): Drawn[] {
  const parts: Record<string, readonly Part[]> = {
    response_roads: roadParts(palette),
    response_routes: [linePart('way', palette.route, 2.5)],
    response_moves: [{ ...linePart('move', palette.facility, 2.5), paint: { 'line-color': palette.facility, 'line-width': 2.5, 'line-dasharray': [2, 1.5] } }],
    response_hospitals: [circlePart(palette.facility, 6, palette), namePart(['get', 'name'] as Expression, 13, palette)],
    response_incidents: incidentParts(language, palette),
  };
  return Object.entries(parts)
    .filter(([key]) => keys.includes(key))
    .map(([key, made]) => ({
      id: `plan:${key}`,
      source: { type: 'geojson', data: `/api/runs/${run}/layers/${key}`, generateId: true },
      parts: [...made, ...marked.filter(({ layer }) => layer === key).map(({ where }, i) => markPart(key, i, where, palette))],
      pick: 'plan',
    }));
}

function linePart(name: string, colour: string, width: number): Part {
  const layout = { 'line-cap': 'round', 'line-join': 'round' };
  return { name, slot: 'route', type: 'line', layout, paint: { 'line-color': colour, 'line-width': width, 'line-opacity': 0.8 } };
}

function circlePart(colour: string | Expression, radius: number, palette: Palette): Part {
  return {
    name: 'place',
    slot: 'mark',
    type: 'circle',
    paint: { 'circle-radius': radius, 'circle-color': colour, 'circle-stroke-color': palette.halo, 'circle-stroke-width': 1.5 },
  };
}

function namePart(field: Expression, minzoom: number, palette: Palette): Part {
  return {
    name: 'name',
    slot: 'mark',
    type: 'symbol',
    minzoom,
    layout: { 'text-field': field, 'text-font': [FONT], 'text-size': 13, 'text-anchor': 'top', 'text-offset': [0, 0.9] },
    paint: { 'text-color': palette.label, 'text-halo-color': palette.halo, 'text-halo-width': 2 },
  };
}

function incidentParts(language: 'zh' | 'en', palette: Palette): Part[] {
  const lacking = ['case', ['>', ['coalesce', ['get', 'short'], 0], 0], palette.unmet, palette.drawn] as unknown as Expression;
  const name = ['get', language === 'zh' ? 'name' : 'name_en'] as Expression;
  return [circlePart(lacking, 8, palette), namePart(name, 11, palette)];
}

function roadParts(palette: Palette): Part[] {
  return [
    linePart('road', palette.closed, 4),
    {
      name: 'step',
      slot: 'mark',
      type: 'symbol',
      layout: { 'text-field': ['to-string', ['get', 'step']], 'text-font': [FONT], 'text-size': 13, 'symbol-placement': 'line-center' },
      paint: { 'text-color': palette.label, 'text-halo-color': palette.halo, 'text-halo-width': 2 },
    },
  ];
}

function markPart(key: string, i: number, where: Readonly<Record<string, string | number>>, palette: Palette): Part {
  const filter = ['all', ...Object.entries(where).map(([name, value]) => ['==', ['get', name], value])] as unknown as Expression;
  if (key === 'response_incidents' || key === 'response_hospitals') {
    const paint = { 'circle-radius': 14, 'circle-color': 'rgba(0,0,0,0)', 'circle-stroke-color': palette.drawn, 'circle-stroke-width': 4 };
    return { name: `marked${i}`, slot: 'mark', type: 'circle', filter, paint };
  }
  return { ...linePart(`marked${i}`, palette.drawn, 6), filter, paint: { 'line-color': palette.drawn, 'line-width': 6 } };
}
