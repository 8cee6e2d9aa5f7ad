/** The cells of the map, how large they are, and the figure that colours them. */
import { read, readFloats } from '../api/client';
import type { CellFigure, Cells } from '../api/types';
import { resolutionAt } from '../figures/cell_size';
import { roundedDown } from '../figures/classes';
import { Loaded } from './loaded.svelte';
import { session } from './session.svelte';

export const NO_FIGURE = 'none';
const FIRST = 'persons';

/** What the map shows: the values of a figure on the cells that they belong to. */
interface Coloured {
  cells: Cells;
  figure: CellFigure;
  values: Float32Array;
}

class CellStore {
  summary = new Loaded<Cells>();
  coloured = new Loaded<Coloured>();
  method = $state<'quantile' | 'jenks' | 'equal'>('quantile');

  /** The resolution that was chosen, else the one that suits the zoom. */
  resolution = $derived(session.resolution ?? resolutionAt(session.view?.zoom ?? null));
  chosen = $derived(session.figure ?? FIRST);
  figure = $derived(this.summary.value?.figures.find(({ key }) => key === this.chosen) ?? null);
  /** What is on the map: the figure before, until the values of the chosen one are there. */
  shown = $derived(this.chosen === NO_FIGURE ? null : this.coloured.value);
  /** Where the classes of that figure begin, from the least. */
  limits = $derived.by(() => {
    const figure = this.shown?.figure;
    if (figure === undefined || figure.min === null) return [];
    const inner = (figure.classes[this.method] ?? []).filter((limit) => limit > figure.min! && limit < figure.max!);
    return roundedDown([figure.min, ...inner]);
  });

  /** Read which figures there are; what is on the map stays until others are there. */
  open(map: string): void {
    void this.summary.load(() => read<Cells>(`/api/maps/${map}/cells/${this.resolution}`));
  }

  /** Read the values of the chosen figure. */
  follow(): void {
    const { figure } = this;
    const cells = this.summary.value;
    if (figure === null || cells === null) this.coloured.clear();
    else void this.coloured.load(async () => ({ cells, figure, values: await readFloats(figure.values) }));
  }

  /** Forget what belongs to another map. */
  clear(): void {
    this.summary.clear();
    this.coloured.clear();
  }
}

export const cells = new CellStore();
