/** What the token opens: whether something was kept back for want of it, and when it changed. */
import { Problem, Unreachable, listenForKeptBack, useToken } from '../api/client';
import { connection } from './connection.svelte';

let refused = $state(false);
let wrong = $state.raw<Problem | null>(null);
let changes = $state(0);

export const access = {
  get refused(): boolean {
    return refused;
  },
  /** How often a token was given; what is read anew after it depends on this. */
  get changes(): number {
    return changes;
  },
  /** The server kept something back. */
  refuse(): void {
    refused = true;
  },
  /** What the server said of the last token, where it was wrong. */
  get wrong(): Problem | null {
    return wrong;
  },
  /** Hand in a token; what it opens is read at once. */
  async use(given: string): Promise<void> {
    try {
      await useToken(given.trim());
      wrong = null;
      refused = false;
      changes += 1;
    } catch (error) {
      if (error instanceof Problem) wrong = error;
      else if (error instanceof Unreachable) connection.whenBack(() => void access.use(given));
      else throw error;
    }
  },
};

listenForKeptBack(access.refuse);
