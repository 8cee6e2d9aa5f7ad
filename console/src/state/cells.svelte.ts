/** The cells of the map and the figure that colours them. */
import { read, readFloats } from '../api/client';
import type { Cells } from '../api/types';
import { roundedDown } from '../figures/classes';
import { Loaded } from './loaded.svelte';
import { session } from './session.svelte';

export const RESOLUTION = 9;
export const NO_FIGURE = 'none';
const FIRST = 'persons';

class CellStore {
  summary = new Loaded<Cells>();
  values = new Loaded<Float32Array>();
  method = $state<'quantile' | 'jenks' | 'equal'>('quantile');

  chosen = $derived(session.figure ?? FIRST);
  figure = $derived(this.summary.value?.figures.find(({ key }) => key === this.chosen) ?? null);
  /** Where the classes of the figure begin, from the least. */
  limits = $derived.by(() => {
    const figure = this.figure;
    if (figure === null || figure.min === null) return [];
    const inner = (figure.classes[this.method] ?? []).filter((limit) => limit > figure.min! && limit < figure.max!);
    return roundedDown([figure.min, ...inner]);
  });

  valuesPath(figure: string): string {
    return this.summary.value?.figures.find(({ key }) => key === figure)?.values ?? '';
  }

  open(map: string): void {
    this.values.clear();
    void this.summary.load(() => read<Cells>(`/api/maps/${map}/cells/${RESOLUTION}`));
  }

  /** Read the values of the chosen figure. */
  follow(): void {
    const { figure } = this;
    if (figure === null) this.values.clear();
    else void this.values.load(() => readFloats(figure.values));
  }
}

export const cells = new CellStore();
