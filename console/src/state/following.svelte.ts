/** What is read from the server when something else is chosen. */
import { access } from './access.svelte';
import { audit } from './audit.svelte';
import { cells } from './cells.svelte';
import { compared } from './comparison.svelte';
import { evacuation } from './evacuation.svelte';
import { layers } from './layers.svelte';
import { maps } from './maps.svelte';
import { news } from './news.svelte';
import { picked } from './picked.svelte';
import { relief } from './relief.svelte';
import { response } from './response.svelte';
import { runs } from './runs.svelte';
import { scenarios } from './scenarios.svelte';
import { session } from './session.svelte';
import { siting } from './siting.svelte';
import { tools } from './tools.svelte';
import { whatIf } from './what_if.svelte';
import { untrack } from 'svelte';

/** Begin to follow; called once, while the page is set up. */
export function follow(): void {
  void maps.refresh();
  void runs.refresh().then(chooseNewest);

  $effect(() => {
    const map = maps.current?.map;
    if (map === undefined) return;
    untrack(() => {
      maps.open(map);
      cells.clear();
      scenarios.forget();
      whatIf.clear();
      siting.job.forget();
      picked.show(null);
      chooseNewest();
    });
  });
  // the base map holds nothing that a token opens
  $effect(() => {
    const map = maps.current?.map;
    void access.changes;
    if (map === undefined) return;
    untrack(() => {
      layers.open(map);
    });
  });
  $effect(() => {
    const map = maps.current?.map;
    void access.changes;
    void cells.resolution;
    if (session.screen === 'situation' && map !== undefined) untrack(() => cells.open(map));
  });
  $effect(() => {
    if (cells.figure !== null) untrack(() => cells.follow());
  });
  $effect(() => {
    const run = session.run;
    void access.changes;
    untrack(() => void runs.open(run));
  });
  $effect(() => {
    const has = runs.parts.includes('evacuation');
    const run = runs.detail.value?.run ?? null;
    untrack(() => evacuation.open(has ? run : null));
  });
  $effect(() => {
    const has = runs.parts.includes('relief');
    const run = runs.detail.value?.run ?? null;
    untrack(() => {
      relief.open(has ? run : null);
      news.clear();
    });
  });
  $effect(() => {
    const has = runs.parts.includes('response');
    const run = runs.detail.value?.run ?? null;
    untrack(() => response.open(has ? run : null));
  });
  $effect(() => {
    void access.changes;
    compared.open(session.run, session.other);
  });
  $effect(() => {
    const study = session.study;
    void access.changes;
    untrack(() => siting.open(study));
  });
  // what only one screen shows is read when that is first looked at
  $effect(() => {
    const { screen } = session;
    untrack(() => {
      if (screen === 'run' && scenarios.list.value === null) void scenarios.refresh();
      if (screen === 'siting' && siting.presets.value === null) void siting.refresh();
    });
  });
  $effect(() => {
    const map = maps.current?.map;
    if (session.screen === 'data' && map !== undefined) untrack(() => audit.open(map));
  });
  $effect(() => {
    void session.screen;
    untrack(() => {
      tools.putDown();
      picked.show(null);
      evacuation.stop();
    });
  });
}

/** Look at the newest sound run of the map where the address names none of its runs. */
function chooseNewest(): void {
  if (maps.current === null || runs.list.value === null) return;
  if (!runs.ofMap.some((run) => run.run === session.run)) session.run = runs.sound[0]?.run ?? runs.ofMap[0]?.run ?? null;
}
