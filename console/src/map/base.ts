/** The base map, drawn from the city's own layers and no one else's. */
import type { Palette } from '../figures/colours';
import { FONT } from './engine';
import type { Drawn, Expression, Part } from './drawn';

export interface BaseSource {
  href: string;
  minzoom: number;
  maxzoom: number;
}

/** Further out the edge of a small road is thinner than a pixel, and drawing it is half of the work. */
const EDGES_FROM = 12.5;
const MAIN_ROADS = ['motorway', 'trunk', 'primary'];

/** Ground and base map under everything, labels above. */
export function drawBase(base: BaseSource, language: 'zh' | 'en', palette: Palette): Drawn[] {
  const ground: Drawn = {
    id: 'ground',
    source: null,
    parts: [{ name: 'ground', slot: 'ground', type: 'background', paint: { 'background-color': palette.ground } }],
    pick: null,
  };
  const city: Drawn = {
    id: 'base',
    source: { type: 'vector', url: `pmtiles://${new URL(base.href, location.href).href}` },
    parts: [...areaParts(palette), ...lineParts(palette), labelPart(language, palette)],
    pick: null,
  };
  return [ground, city];
}

function areaParts(palette: Palette): Part[] {
  const isGreen = ['any', ['==', ['slice', code(), 0, 2], '14'], ['==', ['slice', code(), 0, 2], '03']] as unknown as Expression;
  const fill = (name: string, colour: string, more: Partial<Part> = {}): Part => ({
    name,
    slot: 'ground',
    type: 'fill',
    sourceLayer: name,
    paint: { 'fill-color': colour },
    ...more,
  });
  return [
    fill('land', palette.land),
    fill('landuse', palette.green, { filter: isGreen }),
    fill('green', palette.green),
    fill('water', palette.water),
    fill('buildings', palette.building, {
      slot: 'building',
      minzoom: 14,
      paint: { 'fill-color': palette.building, 'fill-outline-color': palette.buildingLine, 'fill-opacity': 0.8 },
    }),
  ];
}

function code(): Expression {
  return ['coalesce', ['get', 'kind'], ''] as Expression;
}

function lineParts(palette: Palette): Part[] {
  const isMain = ['in', ['get', 'kind'], ['literal', MAIN_ROADS]] as unknown as Expression;
  const width = (scale: number, more: number): Expression =>
    ['interpolate', ['exponential', 1.5], ['zoom'], 10, 0.4 * scale + more, 14, 1.3 * scale + more, 18, 7 * scale + more] as Expression;
  const line = (name: string, filter: Expression, paint: Record<string, unknown>, minzoom = 0): Part => ({
    name,
    slot: 'road',
    type: 'line',
    sourceLayer: 'roads',
    filter,
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint,
    minzoom,
  });
  const other = ['!', isMain] as unknown as Expression;
  return [
    line('road-case', other, { 'line-color': palette.roadCase, 'line-width': width(1, 1.2) }, EDGES_FROM),
    line('road', other, { 'line-color': palette.road, 'line-width': width(1, 0) }),
    line('main-case', isMain, { 'line-color': palette.roadCase, 'line-width': width(2.2, 1.4) }),
    line('main', isMain, { 'line-color': palette.roadMain, 'line-width': width(2.2, 0) }),
    {
      name: 'border',
      slot: 'line',
      type: 'line',
      sourceLayer: 'borders',
      filter: ['==', ['get', 'kind'], 'districts'] as Expression,
      paint: { 'line-color': palette.border, 'line-width': 1.1, 'line-dasharray': [4, 2, 1, 2] },
    },
  ];
}

function labelPart(language: 'zh' | 'en', palette: Palette): Part {
  const isDistrict = ['==', ['get', 'kind'], 'districts'];
  return {
    name: 'label',
    slot: 'label',
    type: 'symbol',
    sourceLayer: 'labels',
    layout: {
      'text-field': ['coalesce', ['get', `name_${language}`], ['get', 'name_zh']],
      'text-font': [FONT],
      'text-size': ['case', isDistrict, 15, 12],
      'text-letter-spacing': ['case', isDistrict, 0.12, 0],
      'text-max-width': 8,
      'symbol-sort-key': ['case', isDistrict, 0, 1],
    },
    paint: { 'text-color': palette.label, 'text-halo-color': palette.halo, 'text-halo-width': 1.6 },
  };
}
