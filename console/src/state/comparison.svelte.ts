/** Two runs of one map side by side. */
import { read } from '../api/client';
import type { Comparison } from '../api/types';
import { Loaded } from './loaded.svelte';

class Compared {
  loaded = new Loaded<Comparison>();
  /** Whether the map shows what changed, or each plan as it is. */
  difference = $state(true);

  open(run: string | null, other: string | null): void {
    if (run === null || other === null || run === other) this.loaded.clear();
    else void this.loaded.load(() => read<Comparison>(`/api/runs/${other}/compare/${run}`));
  }
}

export const compared = new Compared();
