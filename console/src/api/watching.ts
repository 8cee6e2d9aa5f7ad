/** The life of a job as it happens: a stream of events, or asking again where no stream gets through. */
import { read, Unreachable } from './client';
import type { Run } from './types';

const ASK_EVERY_MS = 1000;
const ENDED: readonly Run['state'][] = ['done', 'check_failed', 'failed', 'cancelled'];

/** Whether a job is over. */
export function isOver(state: Run['state']): boolean {
  return ENDED.includes(state);
}

/**
 * Tell of a job at `path` until it is over, by the stream of `events`; returns what ends the watching.
 *
 * Every event asks for the job itself, so that what is told is what the server holds, also after events were lost.
 */
export function watchJob(path: string, events: string, tell: (job: Run) => void, refuse: (error: unknown) => void): () => void {
  let ended = false;
  let stream: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let asking = false;
  let askAgain = false;

  function stop(): void {
    ended = true;
    stream?.close();
    if (timer !== null) clearTimeout(timer);
  }
  function later(): void {
    if (!ended) timer ??= setTimeout(() => ((timer = null), void ask()), ASK_EVERY_MS);
  }
  async function ask(): Promise<void> {
    if (asking) {
      askAgain = true;
      return;
    }
    asking = true;
    try {
      const job = await read<Run>(path);
      if (ended) return;
      tell(job);
      if (isOver(job.state)) stop();
      else if (stream === null) later();
    } catch (error) {
      if (ended) return;
      if (error instanceof Unreachable) later();
      else {
        stop();
        refuse(error);
      }
    } finally {
      asking = false;
      if (askAgain && !ended) {
        askAgain = false;
        void ask();
      }
    }
  }

  stream = new EventSource(events);
  for (const kind of ['state', 'progress', 'found']) stream.addEventListener(kind, () => void ask());
  stream.onerror = () => {
    if (stream?.readyState === EventSource.CLOSED) stream = null;
    later();
  };
  void ask();
  return stop;
}

