/** What was clicked on the map, and what is known of it. */
import { read, readFloats } from '../api/client';
import type { FeatureDetail } from '../api/types';
import { cells } from './cells.svelte';
import { layers } from './layers.svelte';
import { Loaded } from './loaded.svelte';
import { session } from './session.svelte';

/** What stood under a click, as the map tells it. */
export interface Hit {
  kind: 'layer' | 'cell' | 'plan' | 'finding' | 'site';
  key: string;
  id: number | string | null;
  properties: Record<string, unknown>;
}

class Picked {
  hit = $state.raw<Hit | null>(null);
  feature = new Loaded<FeatureDetail>();
  cellValues = new Loaded<ReadonlyMap<string, number>>();

  show(hit: Hit | null): void {
    this.hit = hit;
    this.feature.clear();
    this.cellValues.clear();
    if (hit?.kind === 'layer' && hit.id !== null) {
      void this.feature.load(() => read<FeatureDetail>(`/api/maps/${session.map}/layers/${hit.key}/features/${hit.id}`));
    }
    if (hit?.kind === 'cell' && typeof hit.id === 'number') void this.cellValues.load(() => this.#cell(Number(hit.id)));
  }

  /** Every figure of one cell that this reader may have; the arrays are in the browser's cache after the first cell. */
  async #cell(place: number): Promise<ReadonlyMap<string, number>> {
    const figures = (cells.shown?.cells.figures ?? []).filter(({ sources }) => layers.mayRead(sources));
    const values = await Promise.all(figures.map((figure) => readFloats(figure.values)));
    return new Map(figures.map(({ key }, i) => [key, values[i]![place] ?? Number.NaN]));
  }
}

export const picked = new Picked();
