/** What the person at the page has chosen; all of it is in the address, so that a link shows the same. */
import { readAddress, writeAddress, type Address, type Screen, type View } from '../figures/address';
import type { Theme } from '../figures/colours';
import { language } from '../i18n/language.svelte';

const REMEMBERED = 'onemap-dss';

class Session {
  screen = $state<Screen>('situation');
  map = $state<string | null>(null);
  run = $state<string | null>(null);
  other = $state<string | null>(null);
  study = $state<string | null>(null);
  theme = $state<Theme>('dark');
  view = $state.raw<View | null>(null);
  figure = $state<string | null>(null);
  resolution = $state<number | null>(null);
  layers = $state.raw<readonly string[] | null>(null);

  /** Look at another map; what was chosen on the one before is forgotten. */
  look(map: string | null): void {
    this.map = map;
    this.run = null;
    this.other = null;
    this.study = null;
    this.view = null;
    this.layers = null;
    this.figure = null;
  }

  /** Take over what an address says; language and theme fall back on what was chosen last. */
  follow(hash: string): void {
    const said = readAddress(hash);
    const remembered = readRemembered();
    this.screen = said.screen;
    if (said.map !== null && said.map !== this.map) this.look(said.map);
    this.run = said.run ?? this.run;
    this.other = said.other ?? this.other;
    this.study = said.study ?? this.study;
    this.view = said.view ?? this.view;
    this.figure = said.figure ?? this.figure;
    this.resolution = said.resolution ?? this.resolution;
    this.layers = said.layers ?? this.layers;
    this.theme = said.theme ?? remembered.theme ?? this.theme;
    language.choose(said.language ?? remembered.language ?? language.now);
  }

  get address(): Address {
    return {
      screen: this.screen,
      map: this.map,
      run: this.run,
      other: this.other,
      study: this.study,
      language: language.now,
      theme: this.theme,
      view: this.view,
      figure: this.figure,
      resolution: this.resolution,
      layers: this.layers,
    };
  }

  /** Write the choices into the address, and language and theme where the next visit finds them. */
  record(): void {
    const hash = writeAddress(this.address);
    if (location.hash !== hash) history.replaceState(null, '', hash);
    document.documentElement.dataset['theme'] = this.theme;
    localStorage.setItem(REMEMBERED, JSON.stringify({ language: language.now, theme: this.theme }));
  }
}

function readRemembered(): Pick<Address, 'language' | 'theme'> {
  try {
    const { language: lang, theme } = JSON.parse(localStorage.getItem(REMEMBERED) ?? '{}') as Record<string, string>;
    return readAddress(`#/?lang=${lang}&theme=${theme}`);
  } catch {
    return { language: null, theme: null };
  }
}

export const session = new Session();
