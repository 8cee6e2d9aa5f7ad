/** What of a run the map speaks of: who goes where, who brings what, or who is sent where. */
import { runs } from './runs.svelte';

export type Subject = 'plan' | 'relief' | 'response';

class SubjectStore {
  /** What was chosen, as long as the run has it. */
  wanted = $state<Subject | null>(null);
  all = $derived<readonly Subject[]>(['plan', ...(['relief', 'response'] as const).filter((part) => runs.parts.includes(part))]);
  now = $derived<Subject>(this.wanted !== null && this.all.includes(this.wanted) ? this.wanted : this.#first());

  #first(): Subject {
    return runs.parts.includes('evacuation') ? 'plan' : (this.all[1] ?? 'plan');
  }
}

export const subject = new SubjectStore();
