/** The response of the run that is looked at, and the row of it that the map marks. */
import { read } from '../api/client';
import type { Response as Answer, UnitGantt } from '../api/types';
import { Loaded } from './loaded.svelte';

/** Features of a layer that have these values. */
export interface Marked {
  layer: 'response_incidents' | 'response_routes' | 'response_hospitals' | 'response_moves' | 'response_roads';
  where: Readonly<Record<string, string | number>>;
}

class ResponseStore {
  loaded = new Loaded<Answer>();
  gantt = new Loaded<UnitGantt>();
  marked = $state.raw<readonly Marked[]>([]);

  /** Read what a run has, or forget it. */
  open(run: string | null): void {
    this.loaded.clear();
    this.marked = [];
    this.gantt.clear();
    if (run === null) return;
    void this.loaded.load(() => read<Answer>(`/api/runs/${run}/response`));
    void this.gantt.load(() => read<UnitGantt>(`/api/runs/${run}/response/gantt`));
  }

  /** Mark what a row speaks of; marking it again takes the mark away. */
  mark(wanted: readonly Marked[]): void {
    this.marked = this.isMarked(wanted) ? [] : wanted;
  }

  isMarked(wanted: readonly Marked[]): boolean {
    return JSON.stringify(this.marked) === JSON.stringify(wanted);
  }
}

export const response = new ResponseStore();
