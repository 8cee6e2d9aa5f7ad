/**
 * The one rule of every layer on the map.
 *
 * What is drawn is a list of `Drawn`; where it stands, what it is made of and whether it answers to a click are
 * said there and nowhere else. `assemble` makes the whole style of the list, and MapLibre finds what changed.
 */
import type {
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  SourceSpecification,
  StyleSpecification,
} from 'maplibre-gl';

/** From the ground up. */
export const SLOTS = ['ground', 'area', 'cell', 'road', 'building', 'hazard', 'line', 'route', 'point', 'label', 'mark'] as const;
export type Slot = (typeof SLOTS)[number];

export interface Part {
  name: string;
  slot: Slot;
  type: 'fill' | 'line' | 'circle' | 'symbol' | 'background';
  sourceLayer?: string;
  paint?: Record<string, unknown>;
  layout?: Record<string, unknown>;
  filter?: FilterSpecification;
  minzoom?: number;
}

export interface Drawn {
  id: string;
  source: SourceSpecification | null;
  parts: readonly Part[];
  /** What a click on it finds; null for what is only looked at. */
  pick: 'layer' | 'cell' | 'plan' | 'finding' | 'site' | null;
  /** Values by feature id, read by the parts as the feature state `v`. */
  values?: { sourceLayer?: string; byId: Float32Array };
}

export type Expression = ExpressionSpecification;

/** The whole style; `parts` of one slot stand in the order of the list. Without letters nothing is written. */
export function assemble(drawn: readonly Drawn[], letters = true): StyleSpecification {
  const layers = drawn.flatMap((one) =>
    one.parts
      .filter((part) => letters || part.type !== 'symbol')
      .map((part) => ({ slot: SLOTS.indexOf(part.slot), layer: layerOf(one, part) })),
  );
  const sources = drawn.flatMap((one) => (one.source === null ? [] : [[one.id, one.source] as const]));
  return {
    version: 8,
    sources: Object.fromEntries(sources),
    layers: layers.toSorted((a, b) => a.slot - b.slot).map(({ layer }) => layer),
    transition: { duration: 0, delay: 0 },
  };
}

function layerOf(one: Drawn, part: Part): LayerSpecification {
  const { name, sourceLayer, slot: _slot, ...rest } = part;
  const source = one.source === null ? {} : { source: one.id };
  const layer = { ...rest, ...source, id: `${one.id}/${name}`, ...(sourceLayer === undefined ? {} : { 'source-layer': sourceLayer }) };
  return layer as LayerSpecification;
}

/** The map layers of everything that answers to a click. */
export function pickable(drawn: readonly Drawn[]): string[] {
  return drawn.filter((one) => one.pick !== null).flatMap((one) => one.parts.map((part) => `${one.id}/${part.name}`));
}

/** The drawn thing a map layer belongs to. */
export function ownerOf(drawn: readonly Drawn[], layer: string): Drawn | null {
  return drawn.find((one) => layer.startsWith(`${one.id}/`)) ?? null;
}
