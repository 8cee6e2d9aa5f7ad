/** What the audit found, where it is. */
import type { Palette } from '../figures/colours';
import type { Drawn, Expression, Part } from './drawn';

/** The colour of a severity. */
export function severityColour(severity: string, palette: Palette): string {
  return severity === 'error' ? palette.closed : severity === 'warning' ? palette.full : palette.route;
}

/** The faults of one rule, or of all. */
export function drawFaults(features: readonly GeoJSON.Feature<GeoJSON.Geometry | null>[], rule: string | null, palette: Palette): Drawn[] {
  // a record without a place can be on no map, and would keep the others from it
  const placed = features.filter((feature): feature is GeoJSON.Feature => feature.geometry !== null);
  const colour = ['match', ['get', 'severity'], 'error', palette.closed, 'warning', palette.full, palette.route] as unknown as Expression;
  const ofRule = (rest: unknown): Expression => (rule === null ? rest : ['all', ['==', ['get', 'code'], rule], rest]) as Expression;
  const isKind = (kind: string): Expression => ofRule(['==', ['geometry-type'], kind]);
  const parts: Part[] = [
    { name: 'area', slot: 'hazard', type: 'fill', filter: isKind('Polygon'), paint: { 'fill-color': colour, 'fill-opacity': 0.35 } },
    {
      name: 'line',
      slot: 'route',
      type: 'line',
      filter: ofRule(['!=', ['geometry-type'], 'Point']),
      paint: { 'line-color': colour, 'line-width': 2 },
    },
    {
      name: 'point',
      slot: 'point',
      type: 'circle',
      filter: isKind('Point'),
      paint: { 'circle-radius': 5, 'circle-color': colour, 'circle-stroke-color': palette.halo, 'circle-stroke-width': 1.5 },
    },
  ];
  return [{ id: 'faults', source: { type: 'geojson', data: { type: 'FeatureCollection', features: placed } }, parts, pick: 'finding' }];
}
