/** A siting study on the map: catchments, who is left out, what was excluded and why, and the sites. */
import type { Palette } from '../figures/colours';
import type { TextKey } from '../i18n/language.svelte';
import { FONT } from './engine';
import type { Drawn, Expression, Part } from './drawn';

/** The layers of a study, from the ground up. */
export function drawStudy(study: string, keys: readonly string[], palette: Palette): Drawn[] {
  const parts: Record<string, readonly Part[]> = {
    catchments: catchmentParts(palette),
    cells: leftOutParts(palette),
    exclusions: exclusionParts(palette),
    sites: siteParts(palette),
  };
  return Object.entries(parts)
    .filter(([key]) => keys.includes(key))
    .map(([key, made]) => ({
      id: `study:${key}`,
      source: { type: 'geojson', data: `/api/siting/${study}/layers/${key}`, generateId: true },
      parts: made,
      pick: 'site',
    }));
}

/** What the colours of a study mean. */
export function studyLegend(palette: Palette): { colour: string; key: TextKey; shape: 'area' | 'point' }[] {
  return [
    { colour: palette.shelter, key: 'legend_new_site', shape: 'point' },
    { colour: palette.route, key: 'legend_old_site', shape: 'point' },
    { colour: palette.less[0], key: 'legend_catchment', shape: 'area' },
    { colour: palette.unmet, key: 'legend_left_out', shape: 'area' },
    { colour: palette.lost, key: 'legend_excluded', shape: 'area' },
  ];
}

function catchmentParts(palette: Palette): Part[] {
  return [
    { name: 'area', slot: 'cell', type: 'fill', paint: { 'fill-color': palette.less[0], 'fill-opacity': 0.3 } },
    { name: 'edge', slot: 'hazard', type: 'line', paint: { 'line-color': palette.less[1], 'line-width': 1 } },
  ];
}

function leftOutParts(palette: Palette): Part[] {
  const leftOut = ['all', ['has', 'left_out_cause'], ['!=', ['get', 'left_out_cause'], null]] as unknown as Expression;
  return [{ name: 'left', slot: 'cell', type: 'fill', filter: leftOut, paint: { 'fill-color': palette.unmet, 'fill-opacity': 0.4, 'fill-antialias': false } }];
}

function exclusionParts(palette: Palette): Part[] {
  const point = ['==', ['geometry-type'], 'Point'] as Expression;
  return [
    { name: 'area', slot: 'building', type: 'fill', filter: ['!', point] as unknown as Expression, paint: { 'fill-color': palette.lost, 'fill-opacity': 0.35 } },
    { name: 'edge', slot: 'line', type: 'line', filter: ['!', point] as unknown as Expression, paint: { 'line-color': palette.lost, 'line-width': 1 } },
    { name: 'point', slot: 'line', type: 'circle', filter: point, paint: { 'circle-radius': 3.5, 'circle-color': palette.lost } },
  ];
}

function siteParts(palette: Palette): Part[] {
  const existing = ['==', ['get', 'standing'], 'existing_site'];
  return [
    {
      name: 'site',
      slot: 'mark',
      type: 'circle',
      paint: {
        'circle-radius': ['case', existing, 4, 8],
        'circle-color': ['case', existing, palette.route, palette.shelter],
        'circle-stroke-color': palette.halo,
        'circle-stroke-width': 2,
      },
    },
    {
      name: 'name',
      slot: 'mark',
      type: 'symbol',
      filter: ['!', existing] as unknown as Expression,
      layout: { 'text-field': ['get', 'name'], 'text-font': [FONT], 'text-size': 13, 'text-anchor': 'top', 'text-offset': [0, 0.9] },
      paint: { 'text-color': palette.label, 'text-halo-color': palette.halo, 'text-halo-width': 1.6 },
    },
  ];
}
