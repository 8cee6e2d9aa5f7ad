/** A value that comes from the server: there, on its way, or refused with the server's own words. */
import { Problem, Unreachable } from '../api/client';
import { connection } from './connection.svelte';

export class Loaded<T> {
  value = $state.raw<T | null>(null);
  problem = $state.raw<Problem | null>(null);
  loading = $state(false);
  #asked = 0;

  /** Ask for the value; of several askings the last one counts. Without a server it is asked again later. */
  async load(ask: () => Promise<T>): Promise<void> {
    const asked = ++this.#asked;
    this.loading = true;
    try {
      const value = await ask();
      if (asked !== this.#asked) return;
      this.value = value;
      this.problem = null;
    } catch (error) {
      if (asked !== this.#asked) return;
      if (error instanceof Problem) this.problem = error;
      else if (error instanceof Unreachable) connection.whenBack(() => asked === this.#asked && void this.load(ask));
      else throw error;
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }

  /** Forget the value, and what may still be on its way. */
  clear(): void {
    this.#asked += 1;
    this.value = null;
    this.problem = null;
    this.loading = false;
  }
}
