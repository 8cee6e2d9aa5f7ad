/** Whether the server answers; when it does not, it is asked until it does. */
import { isServerThere, listenForLoss } from '../api/client';

const ASK_AGAIN_MS = 1500;

let lost = $state(false);
let waiting: (() => void)[] = [];

export const connection = {
  get lost(): boolean {
    return lost;
  },
  /** Do something once the server answers again. */
  whenBack(act: () => void): void {
    waiting.push(act);
    noticeLoss();
  },
};

function noticeLoss(): void {
  if (lost) return;
  lost = true;
  setTimeout(askAgain, ASK_AGAIN_MS);
}

async function askAgain(): Promise<void> {
  if (!(await isServerThere())) {
    setTimeout(askAgain, ASK_AGAIN_MS);
    return;
  }
  lost = false;
  const acts = waiting;
  waiting = [];
  for (const act of acts) act();
}

listenForLoss(noticeLoss);
