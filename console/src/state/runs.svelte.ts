/** The runs of the map, the one that is looked at, and what its plan says. */
import { read } from '../api/client';
import type { PlanLayers, Run, RunFigures, RunHead } from '../api/types';
import { titleOf } from '../i18n/language.svelte';
import { isOver } from '../api/watching';
import { Job } from './job.svelte';
import { Loaded } from './loaded.svelte';
import { session } from './session.svelte';

/** Parts that a plan may have; each has a panel of its own. */
const PARTS = ['evacuation', 'relief', 'response'] as const;

class Runs {
  list = new Loaded<readonly RunHead[]>();
  detail = new Loaded<Run>();
  figures = new Loaded<RunFigures>();
  layers = new Loaded<PlanLayers>();
  /** The run that is looked at while it is not over, or that run once more. */
  live = new Job();

  /** Runs of the map that is looked at, the newest first; siting studies are no plans of this kind. */
  ofMap = $derived((this.list.value ?? []).filter((run) => run.map === session.map && run.kind !== 'siting'));
  /** Those with a plan that may be used. */
  sound = $derived(this.ofMap.filter((run) => run.state === 'done'));
  /** What the plan of the run that is looked at has beside the allocation, by the names in its manifest. */
  parts = $derived(this.detail.value?.state === 'done' ? PARTS.filter((part) => this.detail.value?.manifest?.[part] != null) : []);
  /** Whether the server lets the run that is looked at be started once more. */
  mayStartAgain = $derived(this.detail.value?.links['again'] !== undefined);
  chosen = $derived(this.ofMap.find((run) => run.run === session.run) ?? null);

  refresh(): Promise<void> {
    return this.list.load(() => read<RunHead[]>('/api/runs'));
  }

  /** Read what there is of a run; a run without a plan has its state and its error alone. */
  async open(name: string | null): Promise<void> {
    this.detail.clear();
    this.figures.clear();
    this.layers.clear();
    this.live.forget();
    if (name === null) return;
    await this.detail.load(() => read<Run>(`/api/runs/${name}`));
    const detail = this.detail.value;
    if (detail !== null && detail.run === name && !isOver(detail.state)) this.#follow(name);
    if (detail?.state !== 'done') return;
    void this.figures.load(() => read<RunFigures>(`/api/runs/${name}/figures`));
    void this.layers.load(() => read<PlanLayers>(`/api/runs/${name}/layers`));
  }

  /** Start the run once more; the new one is looked at as soon as it is over. */
  async startAgain(): Promise<void> {
    const before = session.run;
    const path = this.detail.value?.links['again'];
    if (path === undefined) return;
    await this.live.start(path, {}, (run) => void this.#startedAgain(run, before));
  }

  /** Follow a run that is not over; it is read anew once it is. */
  #follow(name: string): void {
    this.live.follow({ run: name, href: `/api/runs/${name}` }, () => {
      void this.refresh();
      if (session.run === name) void this.open(name);
    });
  }

  async #startedAgain(run: Run, before: string | null): Promise<void> {
    await this.refresh();
    if (session.run === before) session.run = run.run;
  }

  /** A run's title with the time it was made, and with the day where that is not today, as lists show it. */
  label(run: RunHead): string {
    const made = new Date(run.created);
    const two = (value: number): string => String(value).padStart(2, '0');
    const day = made.toDateString() === new Date().toDateString() ? '' : `${two(made.getMonth() + 1)}-${two(made.getDate())} `;
    return `${titleOf(run.title)} · ${day}${two(made.getHours())}:${two(made.getMinutes())}`;
  }
}

export const runs = new Runs();
