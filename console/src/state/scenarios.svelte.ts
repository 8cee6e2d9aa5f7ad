/** Scenarios to choose from, the one being prepared, and the run that is made of it. */
import { read } from '../api/client';
import type { Run, RunRequest, Scenario, ScenarioHead, Scenarios as Library } from '../api/types';
import type { Schema } from '../figures/schema';
import type { Place } from '../figures/measuring';
import { Job } from './job.svelte';
import { Loaded } from './loaded.svelte';
import { runs } from './runs.svelte';
import { session } from './session.svelte';
import { tools } from './tools.svelte';
import { untrack } from 'svelte';

/** What is drawn rather than taken from the library. */
export const DRAWN = 'drawn';

class Scenarios {
  list = new Loaded<readonly ScenarioHead[]>();
  schema = new Loaded<Schema>();
  whole = new Loaded<Scenario>();
  chosen = $state<string | null>(null);
  /** The chosen scenario with what was changed of it; null while it is as the library has it. */
  draft = $state.raw<Record<string, unknown> | null>(null);
  job = new Job();

  ofMap = $derived((this.list.value ?? []).filter((one) => one.map === null || one.map === session.map));
  shown = $derived(this.draft ?? this.whole.value?.scenario ?? null);

  refresh(): Promise<void> {
    return this.list.load(async () => (await read<Library>('/api/scenarios')).scenarios);
  }

  /** Choose one of the library, or draw one. */
  choose(name: string): void {
    this.chosen = name;
    this.draft = null;
    this.whole.clear();
    this.job.refused = null;
    if (name !== DRAWN) void this.whole.load(() => read<Scenario>(`/api/scenarios/${name}`));
  }

  /** Forget what was chosen, as on another map. */
  forget(): void {
    this.chosen = null;
    this.draft = null;
    this.whole.clear();
    this.job.forget();
  }

  /** Read the schema once, when a form is opened. */
  openForm(): void {
    if (untrack(() => this.schema.value === null && !this.schema.loading)) void this.schema.load(() => read<Schema>('/api/scenarios/schema'));
  }

  set(key: string, value: unknown): void {
    this.draft = { ...this.shown, [key]: value };
  }

  /** Make the scenario of a drawn ring: roads inside are closed and people leave. */
  draw(ring: readonly Place[], title: { zh: string; en: string }): void {
    this.draft = {
      title,
      map: session.map,
      cells: { resolution: 10 },
      hazard: { kind: 'polygon', roads: 'closed', people: 'leave', zones: [{ ring: ring.map(([lon, lat]) => [lon, lat]) }] },
      travel: { walk_limit_s: 2400, max_trip_s: 7200, reach_road_m: 800 },
    };
  }

  /** Start the run; it is looked at as soon as it is over. */
  async start(): Promise<void> {
    if (this.chosen === null || session.map === null) return;
    const body: RunRequest = { scenario: this.draft ?? this.chosen, map: session.map, overrides: {} };
    await this.job.start('/api/runs', body, (run) => void this.#over(run));
  }

  async #over(run: Run): Promise<void> {
    await runs.refresh();
    tools.putDown();
    if (run.state !== 'cancelled') {
      session.other = null;
      session.run = run.run;
    }
  }
}

export const scenarios = new Scenarios();
