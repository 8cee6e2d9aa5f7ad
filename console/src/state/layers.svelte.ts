/** The layers of the map: which are shown, how strongly, and what is known of the one in hand. */
import { read } from '../api/client';
import type { LayerCard, LayerHead, Layers } from '../api/types';
import { titleOf } from '../i18n/language.svelte';
import { Loaded } from './loaded.svelte';
import { session } from './session.svelte';

export const CLASSES = ['现状', '规划', '管理', '社会经济'] as const;
const SHOWN_AT_FIRST = ['shelters'];

class LayerStore {
  list = new Loaded<Layers>();
  card = new Loaded<LayerCard>();
  words = $state('');
  opacity = $state<Record<string, number>>({});

  all = $derived(this.list.value?.layers ?? []);
  shown = $derived(session.layers ?? SHOWN_AT_FIRST.filter((key) => this.all.some((layer) => layer.key === key)));
  /** Layers whose title, owner or key has the words, by class, in the catalogue's order. */
  tree = $derived(
    CLASSES.map((name) => ({ name, layers: this.all.filter((layer) => layer.layer_class === name && this.#matches(layer)) })),
  );

  #matches(layer: LayerHead): boolean {
    const words = this.words.trim().toLowerCase();
    const text = [titleOf(layer.title), titleOf(layer.owner), layer.key, titleOf(layer.middle_class_title)].join(' ');
    return words.split(/\s+/).every((word) => text.toLowerCase().includes(word));
  }

  open(map: string): void {
    this.card.clear();
    this.opacity = {};
    void this.list.load(() => read<Layers>(`/api/maps/${map}/layers`));
  }

  toggle(key: string): void {
    session.layers = this.shown.includes(key) ? this.shown.filter((other) => other !== key) : [...this.shown, key];
  }

  /** Whether every one of some layers may be read with what this reader has shown. */
  mayRead(keys: readonly string[]): boolean {
    return this.all.every((layer) => layer.readable || !keys.includes(layer.key));
  }

  opacityOf(key: string): number {
    return this.opacity[key] ?? 0.85;
  }

  /** Read all that is known of a layer; reading it again closes it. */
  inspect(key: string): void {
    if (this.card.value?.key === key) this.card.clear();
    else void this.card.load(() => read<LayerCard>(`/api/maps/${session.map}/layers/${key}`));
  }
}

export const layers = new LayerStore();
