/** The relief of the run that is looked at: what is short, who brings what when, and the trip in hand. */
import { read } from '../api/client';
import type { Gantt, Relief, Sheet } from '../api/types';
import { dayOf } from '../figures/moment';
import { Loaded } from './loaded.svelte';

/** A vehicle, or one of its trips by when it leaves the depot. */
export interface InHand {
  vehicle: string;
  trip: number | null;
  start_s: number | null;
}

class ReliefStore {
  loaded = new Loaded<Relief>();
  gantt = new Loaded<Gantt>();
  sheet = new Loaded<Sheet>();
  inHand = $state.raw<InHand | null>(null);
  /** The day that the bars show; null for all. */
  day = $state<number | null>(1);
  #run: string | null = null;

  /** Read what a run has, or forget it. */
  open(run: string | null): void {
    this.#run = run;
    this.loaded.clear();
    this.gantt.clear();
    this.take(null);
    this.day = 1;
    if (run === null) return;
    void this.loaded.load(() => read<Relief>(`/api/runs/${run}/relief`));
    void this.gantt.load(() => this.#readGantt(run));
  }

  /** Read the bars; the first day with any is shown. */
  async #readGantt(run: string): Promise<Gantt> {
    const gantt = await read<Gantt>(`/api/runs/${run}/relief/gantt`);
    const begins = gantt.vehicles.flatMap(({ bars }) => bars.map(({ from_s }) => from_s));
    this.day = begins.length > 0 ? dayOf(begins.reduce((a, b) => Math.min(a, b))) : 1;
    return gantt;
  }

  /** Take a vehicle or a trip in hand, or put it down; its sheet is read. */
  take(wanted: InHand | null): void {
    const before = this.inHand?.vehicle;
    this.inHand = wanted;
    if (wanted === null) this.sheet.clear();
    else if (wanted.vehicle !== before) {
      this.sheet.clear();
      void this.sheet.load(() => read<Sheet>(`/api/runs/${this.#run}/relief/vehicles/${wanted.vehicle}`));
    }
  }
}

export const relief = new ReliefStore();
