/** The city's own layers, each as its kind is drawn. */
import type { Palette } from '../figures/colours';
import { FONT } from './engine';
import type { Drawn, Expression, Part } from './drawn';

export interface CityLayer {
  key: string;
  kind: 'point' | 'line' | 'polygon' | 'raster';
  tiles: string | null;
  hasName: boolean;
}

/** A layer from its tiles; `place` is its place in the catalogue and decides its colour. */
export function drawLayer(layer: CityLayer, colour: string, opacity: number, palette: Palette): Drawn[] {
  if (layer.tiles === null || layer.kind === 'raster') return [];
  const made: Record<'point' | 'line' | 'polygon', Part[]> = {
    point: pointParts(colour, opacity, palette),
    line: lineParts(colour, opacity),
    polygon: areaParts(colour, opacity),
  };
  const named = layer.hasName && layer.kind === 'point' ? [nameParts(palette)] : [];
  return [
    {
      id: `layer:${layer.key}`,
      source: { type: 'vector', url: new URL(layer.tiles, location.href).href },
      parts: [...made[layer.kind], ...named].map((part) => ({ ...part, sourceLayer: layer.key })),
      pick: 'layer',
    },
  ];
}

/** A layer's colour: its place among those that can be shown, round the marks. */
export function layerColour(place: number, palette: Palette): string {
  return palette.classes[place % palette.classes.length]!;
}

function pointParts(colour: string, opacity: number, palette: Palette): Part[] {
  const size = ['interpolate', ['linear'], ['zoom'], 10, 2.5, 15, 7] as Expression;
  return [
    {
      name: 'point',
      slot: 'point',
      type: 'circle',
      paint: {
        'circle-radius': size,
        'circle-color': colour,
        'circle-opacity': opacity,
        'circle-stroke-color': palette.halo,
        'circle-stroke-width': 1,
        'circle-stroke-opacity': opacity,
      },
    },
  ];
}

function lineParts(colour: string, opacity: number): Part[] {
  const width = ['interpolate', ['linear'], ['zoom'], 10, 0.8, 16, 4] as Expression;
  return [{ name: 'line', slot: 'line', type: 'line', paint: { 'line-color': colour, 'line-opacity': opacity, 'line-width': width } }];
}

function areaParts(colour: string, opacity: number): Part[] {
  return [
    { name: 'area', slot: 'area', type: 'fill', paint: { 'fill-color': colour, 'fill-opacity': opacity * 0.35 } },
    { name: 'edge', slot: 'line', type: 'line', paint: { 'line-color': colour, 'line-opacity': opacity, 'line-width': 1 } },
  ];
}

function nameParts(palette: Palette): Part {
  return {
    name: 'name',
    slot: 'label',
    type: 'symbol',
    minzoom: 14,
    layout: { 'text-field': ['get', 'name'], 'text-font': [FONT], 'text-size': 12, 'text-anchor': 'top', 'text-offset': [0, 0.8] },
    paint: { 'text-color': palette.label, 'text-halo-color': palette.halo, 'text-halo-width': 1.5 },
  };
}
