import { describe, expect, it } from 'vitest';
import { assemble, ownerOf, pickable, type Drawn } from './drawn';
// @ts-expect-error the tool is plain JavaScript
import { complaints } from '../../tools/lint.mjs';

const fill = (id: string, slot: 'area' | 'label' | 'ground', pick: Drawn['pick'] = null): Drawn => ({
  id,
  source: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
  parts: [{ name: 'a', slot, type: 'fill' }],
  pick,
});

describe('the rule of layers', () => {
  it('orders parts by slot, and within a slot by the list', () => {
    const style = assemble([fill('names', 'label'), fill('one', 'area'), fill('two', 'area'), fill('ground', 'ground')]);
    expect(style.layers.map(({ id }) => id)).toEqual(['ground/a', 'one/a', 'two/a', 'names/a']);
  });
  it('gives each its own source, and none to the background', () => {
    const ground: Drawn = { id: 'g', source: null, parts: [{ name: 'b', slot: 'ground', type: 'background' }], pick: null };
    const style = assemble([ground, fill('one', 'area')]);
    expect(Object.keys(style.sources)).toEqual(['one']);
    expect(style.layers[0]).not.toHaveProperty('source');
  });
  it('answers clicks only for what says so', () => {
    const drawn = [fill('a', 'area', 'layer'), fill('b', 'area')];
    expect(pickable(drawn)).toEqual(['a/a']);
    expect(ownerOf(drawn, 'a/a')?.id).toBe('a');
    expect(ownerOf(drawn, 'ab/a')).toBeNull();
  });
});

describe('the lint of rooms', () => {
  it('finds a panel that asks the server itself', () => {
    expect(complaints('panels/X.svelte', "import { read } from '../api/client';")).toHaveLength(1);
    expect(complaints('state/x.ts', 'await fetch(path)')).toHaveLength(1);
    expect(complaints('figures/x.ts', "import { a } from '../state/a.svelte';")).toHaveLength(1);
  });
  it('lets through what is allowed', () => {
    expect(complaints('state/x.ts', "import { read } from '../api/client';")).toEqual([]);
    expect(complaints('i18n/x.ts', "import a from '../../../dss/language/zh/a.json';")).toEqual([]);
  });
});
