/** The roads of an evacuation at one moment, as wide as many are on them. */
import type { Palette } from '../figures/colours';
import type { Drawn, Expression } from './drawn';

export interface MovingSource {
  href: string;
  means: 'car' | 'walk';
  /** The most on one road at once. */
  most: number;
}

/** Who is on the way: roads that nobody is on are thin and faint. */
export function drawMoving({ href, means, most }: MovingSource, units: Float32Array, palette: Palette): Drawn[] {
  const value = ['feature-state', 'v'];
  const anybody = ['==', ['typeof', value], 'number'];
  const width = ['case', anybody, ['interpolate', ['linear'], ['sqrt', ['/', ['coalesce', value, 0], Math.max(1, most)]], 0, 2, 1, 11], 1];
  return [
    {
      id: `moving:${means}`,
      source: { type: 'geojson', data: `${href}/roads` },
      parts: [
        {
          name: 'road',
          slot: 'route',
          type: 'line',
          layout: { 'line-cap': 'round', 'line-join': 'round' },
          paint: {
            'line-color': movingColour(means, palette),
            'line-width': width as unknown as Expression,
            'line-opacity': ['case', anybody, 0.95, 0.25] as unknown as Expression,
          },
        },
      ],
      pick: null,
      values: { byId: units },
    },
  ];
}

/** The colour of those who travel in a way. */
export function movingColour(means: 'car' | 'walk', palette: Palette): string {
  return means === 'car' ? palette.route : palette.drawn;
}
