/** The evacuation of the run that is looked at, and the moment that the map shows. */
import { read, readIntegers } from '../api/client';
import type { Evacuation, Movement } from '../api/types';
import { unitsAt } from '../figures/moving';
import { Loaded } from './loaded.svelte';

const PLAY_EVERY_MS = 400;

class EvacuationStore {
  loaded = new Loaded<Evacuation>();
  moving = new Loaded<{ movement: Movement; threes: Int32Array }>();
  means = $state<Movement['means']>('car');
  /** The slice of time on the map; null while the plan is shown as a whole. */
  slice = $state<number | null>(null);
  playing = $state(false);
  #timer: ReturnType<typeof setInterval> | null = null;

  movement = $derived(this.loaded.value?.movements.find(({ means }) => means === this.means) ?? this.loaded.value?.movements[0] ?? null);
  last = $derived(Math.max(0, ...(this.loaded.value?.movements ?? []).map(({ slices }) => slices - 1)));
  /** Units on each road at the moment; null where none is shown. */
  units = $derived.by(() => {
    const { value } = this.moving;
    if (this.slice === null || value === null || value.movement !== this.movement) return null;
    return unitsAt(value.threes, this.slice, value.movement.roads);
  });

  /** Read what a run has, or forget it. */
  open(run: string | null): void {
    this.stop();
    this.loaded.clear();
    this.moving.clear();
    this.slice = null;
    if (run !== null) void this.loaded.load(() => read<Evacuation>(`/api/runs/${run}/evacuation`));
  }

  /** Show a moment; the roads are read when the first one is. */
  show(slice: number | null): void {
    this.slice = slice === null ? null : Math.min(this.last, Math.max(0, slice));
    const { movement } = this;
    if (this.slice === null || movement === null || this.moving.value?.movement === movement) return;
    void this.moving.load(async () => ({ movement, threes: await readIntegers(`${movement.href}/moving`) }));
  }

  /** Look at those who travel in another way. */
  choose(means: Movement['means']): void {
    this.means = means;
    this.show(this.slice);
  }

  /** Let time run from the moment that is shown, from the beginning after the end. */
  play(): void {
    this.stop();
    this.playing = true;
    this.show(this.slice === null || this.slice >= this.last ? 0 : this.slice);
    this.#timer = setInterval(() => {
      if (this.slice === null || this.slice >= this.last) this.stop();
      else this.show(this.slice + 1);
    }, PLAY_EVERY_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.playing = false;
  }
}

export const evacuation = new EvacuationStore();
