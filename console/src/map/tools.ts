/** What is being drawn or changed on the map by hand. */
import type { Palette } from '../figures/colours';
import type { Place } from '../figures/measuring';
import { FONT } from './engine';
import type { Drawn, Expression, Part } from './drawn';

/** The line or ring under the pointer's clicks. */
export function drawShape(points: readonly Place[], closed: boolean, palette: Palette): Drawn[] {
  if (points.length === 0) return [];
  const line = closed && points.length > 2 ? [...points, points[0]!] : points;
  const features = [
    ...points.map((place) => feature('Point', place)),
    ...(line.length > 1 ? [feature('LineString', line)] : []),
    ...(closed && points.length > 2 ? [feature('Polygon', [line])] : []),
  ];
  const parts: Part[] = [
    { name: 'inside', slot: 'hazard', type: 'fill', filter: ofType('Polygon'), paint: { 'fill-color': palette.drawn, 'fill-opacity': 0.2 } },
    {
      name: 'line',
      slot: 'mark',
      type: 'line',
      filter: ofType('LineString'),
      paint: { 'line-color': palette.drawn, 'line-width': 2.5, 'line-dasharray': [2, 1] },
    },
    {
      name: 'corner',
      slot: 'mark',
      type: 'circle',
      filter: ofType('Point'),
      paint: { 'circle-radius': 4.5, 'circle-color': palette.drawn, 'circle-stroke-color': palette.halo, 'circle-stroke-width': 1.5 },
    },
  ];
  return [{ id: 'tool:shape', source: geojson(features), parts, pick: null }];
}

export interface Mark {
  at: Place;
  label: string;
  kind: 'closed' | 'shut' | 'opened' | 'less' | 'more';
}

/** What would be otherwise, or became so, marked where it is. */
export function drawMarks(id: string, marks: readonly Mark[], palette: Palette): Drawn[] {
  if (marks.length === 0) return [];
  const features = marks.map(({ at, label, kind }) => feature('Point', at, { label, kind }));
  const colour = ['match', ['get', 'kind'], 'opened', palette.shelter, 'less', palette.less[1], 'more', palette.more[1], palette.closed] as unknown as Expression;
  const parts: Part[] = [
    {
      name: 'ring',
      slot: 'mark',
      type: 'circle',
      paint: { 'circle-radius': 11, 'circle-color': 'rgba(0,0,0,0)', 'circle-stroke-color': colour, 'circle-stroke-width': 3.5 },
    },
    {
      name: 'label',
      slot: 'mark',
      type: 'symbol',
      layout: { 'text-field': ['get', 'label'], 'text-font': [FONT], 'text-size': 13, 'text-anchor': 'bottom', 'text-offset': [0, -1.2], 'text-allow-overlap': true },
      paint: { 'text-color': colour, 'text-halo-color': palette.halo, 'text-halo-width': 2 },
    },
  ];
  return [{ id: `tool:${id}`, source: geojson(features), parts, pick: null }];
}

function ofType(type: string): Expression {
  return ['==', ['geometry-type'], type] as Expression;
}

function feature(type: string, coordinates: unknown, properties: Record<string, unknown> = {}): GeoJSON.Feature {
  return { type: 'Feature', properties, geometry: { type, coordinates } as GeoJSON.Geometry };
}

function geojson(features: GeoJSON.Feature[]): Drawn['source'] {
  return { type: 'geojson', data: { type: 'FeatureCollection', features } };
}
