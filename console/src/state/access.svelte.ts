/** What the token opens: whether something was kept back for want of it, and when it changed. */
import { useToken } from '../api/client';

let refused = $state(false);
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
  /** Send a token from now on. */
  use(given: string): void {
    useToken(given.trim());
    refused = false;
    changes += 1;
  },
};
