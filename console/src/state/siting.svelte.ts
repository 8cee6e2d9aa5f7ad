/** A siting study: which preset, how many sites, and what it found. */
import { read } from '../api/client';
import type { Preset, Presets, Run, SitingRequest, Study } from '../api/types';
import { access } from './access.svelte';
import { Job } from './job.svelte';
import { Loaded } from './loaded.svelte';
import { session } from './session.svelte';

class Siting {
  presets = new Loaded<readonly Preset[]>();
  study = new Loaded<Study>();
  preset = $state<string | null>(null);
  sites = $state(5);
  planned = $state(false);
  job = new Job();

  layerKeys = $derived((this.study.value?.layers ?? []).map(({ key }) => key));

  refresh(): Promise<void> {
    return this.presets.load(async () => (await read<Presets>('/api/siting/presets')).presets);
  }

  open(name: string | null): void {
    this.study.clear();
    if (name !== null) void this.study.load(() => this.#read(name));
  }

  /** Read a study; one above 内部 tells no more than that it is there. */
  async #read(name: string): Promise<Study> {
    const study = await read<Study>(`/api/siting/${name}`);
    if (!study.readable) access.refuse();
    return study;
  }

  /** Start the study; it is looked at as soon as it is over. */
  async start(): Promise<void> {
    if (this.preset === null || session.map === null) return;
    const body: Partial<SitingRequest> = { preset: this.preset, map: session.map, sites: this.sites, planned: this.planned, frontier: false };
    await this.job.start('/api/siting', body, (run: Run) => {
      if (run.state === 'done') session.study = run.run;
    });
  }
}

export const siting = new Siting();
