/** News that reach a relief under way, and the plan that follows from them. */
import type { NewsRequest, Run } from '../api/types';
import type { Place } from '../figures/measuring';
import { sinceBeginning } from '../figures/moment';
import { Job } from './job.svelte';
import { relief } from './relief.svelte';
import { runs } from './runs.svelte';
import { session } from './session.svelte';
import { tools } from './tools.svelte';

/** A road that closes: all of its name, or the stretch that was clicked. */
export interface LostRoad {
  name: string;
  at: Place | null;
  whole: boolean;
}
export interface MoreNeed {
  shelter: string;
  commodity: string;
  amount: number;
}

class News {
  day = $state(1);
  time = $state('08:10');
  roads = $state.raw<readonly LostRoad[]>([]);
  vehicles = $state.raw<readonly string[]>([]);
  needs = $state.raw<readonly MoreNeed[]>([]);
  job = new Job();

  empty = $derived(this.roads.length + this.vehicles.length + this.needs.length === 0);
  /** How long after the beginning, in hours and minutes. */
  at = $derived(sinceBeginning(this.day, this.time, relief.loaded.value?.clock ?? null));

  /** A road that was clicked; a bridge is lost as a whole, of another road the stretch. */
  closeRoad(at: Place, name: string, bridge: boolean): void {
    this.roads = [...this.roads, { name, at, whole: bridge && name !== '' }];
  }

  closeNamed(name: string): void {
    if (name !== '' && !this.roads.some((road) => road.whole && road.name === name)) this.roads = [...this.roads, { name, at: null, whole: true }];
  }

  toggleWhole(i: number): void {
    this.roads = this.roads.map((road, j) => (j === i ? { ...road, whole: !road.whole } : road));
  }

  loseVehicle(label: string): void {
    if (!this.vehicles.includes(label)) this.vehicles = [...this.vehicles, label];
  }

  needMore(need: MoreNeed): void {
    if (need.amount > 0) this.needs = [...this.needs, need];
  }

  /** Plan again; the new run is looked at as soon as it is done, with the old one beside it. */
  async send(): Promise<void> {
    const before = session.run;
    if (before === null) return;
    const units = new Map((relief.loaded.value?.goods ?? []).map(({ key, unit }) => [key, unit]));
    const body: NewsRequest = {
      at: this.at,
      roads_closed: this.roads.map(({ name, at, whole }) => (whole || at === null ? name : ([at[0], at[1]] as [number, number]))),
      lost_vehicles: [...this.vehicles],
      needs: this.needs.map((need) => ({ ...need, unit: units.get(need.commodity) ?? null, due_h: 12 })),
      stock: [],
      time_limit_s: 5,
    };
    await this.job.start(`/api/runs/${before}/relief/news`, body, (run) => void this.#over(run, before));
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
    this.vehicles = [];
    this.needs = [];
  }
}

export const news = new News();
