/** What would be otherwise: roads closed, shelters shut or opened, and the plan that follows from it. */
import type { Run, WhatIfRequest } from '../api/types';
import type { Place } from '../figures/measuring';
import { Job } from './job.svelte';
import { runs } from './runs.svelte';
import { session } from './session.svelte';
import { tools } from './tools.svelte';

export interface RoadClosure {
  at: Place;
  name: string;
}
export interface Shut {
  at: Place;
  name: string;
}
export interface NewPlace {
  at: Place;
  name: string;
  capacity_persons: number;
}

class WhatIf {
  roads = $state.raw<readonly RoadClosure[]>([]);
  shut = $state.raw<readonly Shut[]>([]);
  opened = $state.raw<readonly NewPlace[]>([]);
  job = new Job();

  empty = $derived(this.roads.length + this.shut.length + this.opened.length === 0);

  closeRoad(at: Place, name: string): void {
    this.roads = [...this.roads, { at, name }];
  }

  /** Shut a shelter, or let it be open again. */
  toggleShelter(at: Place, name: string): void {
    const rest = this.shut.filter((other) => other.name !== name);
    this.shut = rest.length < this.shut.length ? rest : [...this.shut, { at, name }];
  }

  openShelter(at: Place, name: string): void {
    this.opened = [...this.opened, { at, name, capacity_persons: 500 }];
  }

  /** Say how many a new shelter holds; at least one. */
  setCapacity(i: number, persons: number): void {
    const whole = Math.max(1, Math.round(persons) || 1);
    this.opened = this.opened.map((place, j) => (j === i ? { ...place, capacity_persons: whole } : place));
  }

  /** Plan again; the new run is looked at as soon as it is done, with the old one beside it. */
  async plan(): Promise<void> {
    const before = session.run;
    if (before === null) return;
    const body: WhatIfRequest = {
      close_roads: this.roads.map(({ at }) => [at[0], at[1]] as [number, number]),
      close_shelters: this.shut.map(({ name }) => name),
      open_shelters: this.opened.map(({ at, ...rest }) => ({ ...rest, at: [at[0], at[1]] as [number, number] })),
      stability_s: 300,
    };
    await this.job.start(`/api/runs/${before}/whatif`, body, (run) => void this.#over(run, before));
  }

  async #over(run: Run, before: string): Promise<void> {
    await runs.refresh();
    tools.putDown();
    if (run.state !== 'done') return;
    session.other = before;
    session.run = run.run;
    this.clear();
  }

  clear(): void {
    this.roads = [];
    this.shut = [];
    this.opened = [];
  }
}

export const whatIf = new WhatIf();
