/** The cells of the map, coloured by the class of a figure: outlines once, values as an array. */
import { spread, type Palette } from '../figures/colours';
import type { Drawn, Expression } from './drawn';

export interface CellSource {
  tiles: string;
  tileLayer: string;
  bounds: readonly [number, number, number, number] | null;
}

/** Colours of the classes, from the least. */
export function classColours(limits: readonly number[], palette: Palette): string[] {
  return spread(palette.sequence, limits.length);
}

/** The colour of a value, by class; what has no value is not drawn, and all of it is in this one expression. */
export function colourByClass(limits: readonly number[], palette: Palette): Expression {
  const colours = classColours(limits, palette);
  const value = ['feature-state', 'v'];
  const steps = limits.slice(1).flatMap((from, k) => [from, colours[k + 1]!]);
  const stepped = steps.length === 0 ? colours[0] : ['step', value, colours[0], ...steps];
  return ['case', ['==', ['typeof', value], 'number'], stepped, 'rgba(0, 0, 0, 0)'] as unknown as Expression;
}

export function drawCells(source: CellSource, values: Float32Array, limits: readonly number[], opacity: number, palette: Palette): Drawn[] {
  if (limits.length === 0) return [];
  return [
    {
      id: 'cells',
      source: {
        type: 'vector',
        tiles: [new URL(source.tiles, location.href).href.replaceAll('%7B', '{').replaceAll('%7D', '}')],
        minzoom: 8,
        maxzoom: 12,
        ...(source.bounds ? { bounds: [...source.bounds] as [number, number, number, number] } : {}),
      },
      parts: [
        {
          name: 'fill',
          slot: 'cell',
          type: 'fill',
          sourceLayer: source.tileLayer,
          paint: { 'fill-color': colourByClass(limits, palette), 'fill-opacity': opacity, 'fill-antialias': false },
        },
      ],
      pick: 'cell',
      values: { sourceLayer: source.tileLayer, byId: values },
    },
  ];
}
