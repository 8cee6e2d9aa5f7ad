/** One job under way: started, followed until it is over, or called off. */
import { Problem, send, Unreachable } from '../api/client';
import type { Accepted, Run } from '../api/types';
import { isOver, watchJob } from '../api/watching';

export class Job {
  now = $state.raw<Run | null>(null);
  /** Why it was not even taken. */
  refused = $state.raw<Problem | null>(null);
  sending = $state(false);
  #stop = (): void => undefined;

  get underWay(): boolean {
    return this.sending || (this.now !== null && !isOver(this.now.state));
  }

  /** Send the request, follow the job, and say when it is over. */
  async start(path: string, body: unknown, over: (job: Run) => void): Promise<void> {
    this.forget();
    this.sending = true;
    try {
      const accepted = await send<Accepted>(path, body);
      this.follow(accepted, over);
    } catch (error) {
      // a start that was not answered is not sent again: it may have been taken
      if (error instanceof Problem) this.refused = error;
      else if (!(error instanceof Unreachable)) throw error;
    } finally {
      this.sending = false;
    }
  }

  /** Follow a job that is there already. */
  follow({ href, run }: Pick<Accepted, 'href' | 'run'>, over: (job: Run) => void): void {
    this.#stop();
    this.#stop = watchJob(
      href,
      // a study is read elsewhere than a run, but all jobs have their events in one place
      `/api/runs/${run}/events`,
      (job) => {
        this.now = job;
        if (isOver(job.state)) over(job);
      },
      (error) => {
        if (error instanceof Problem) this.refused = error;
      },
    );
  }

  /** Ask the server to end it; what is followed tells when it has. */
  async cancel(): Promise<void> {
    if (this.now !== null) await send(`/api/runs/${this.now.run}/cancel`);
  }

  /** Follow nothing any more. */
  forget(): void {
    this.#stop();
    this.now = null;
    this.refused = null;
  }
}
