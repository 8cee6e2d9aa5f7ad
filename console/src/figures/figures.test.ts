import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readAddress, writeAddress, type Address } from './address';
import { changedCells } from './changed';
import { classOf, differenceClasses, quantileClasses, roundedDown } from './classes';
import { luminance, PALETTES, spread } from './colours';
import { ageDays, formatDifference, formatNumber } from './format';
import { areaM2, crossesItself, lengthM, type Place } from './measuring';
import { rowsOf } from './record';
import { fieldOf, firstValue, type Schema } from './schema';
import { readStudy } from './study';
import { resolutionAt } from './cell_size';
import { polyline, unitsAt } from './moving';

describe('classes', () => {
  it('hold about as many values each', () => {
    // 1..12 in 4 classes: 3 values each, from 1, 4, 7, 10
    expect(quantileClasses(Array.from({ length: 12 }, (_, k) => 12 - k), 4)).toEqual([1, 4, 7, 10]);
  });
  it('fall together where values are equal, and leave out what is no number', () => {
    expect(quantileClasses([5, 5, Number.NaN, 5], 3)).toEqual([5]);
    expect(quantileClasses([Number.NaN], 3)).toEqual([]);
  });
  it('never begin above the values that they hold', () => {
    for (const limit of [0.0047, 263, 3580, -1234]) expect(roundedDown([limit])[0]).toBeLessThanOrEqual(limit);
    expect(roundedDown([0, 263, 268, 3580])).toEqual([0, 260, 3500]);
  });
  it('put a value at a limit into the upper class', () => {
    expect([0, 9.9, 10, 25].map((value) => classOf(value, [0, 10, 20]))).toEqual([0, 0, 1, 2]);
    expect(classOf(-1, [0])).toBeNull();
    expect(classOf(Number.NaN, [0])).toBeNull();
  });
  it('of differences are the same on both sides and ascend', () => {
    // of 1, 2, 4 and 8 minutes those beyond half a minute have 4 in the middle
    expect(differenceClasses([-4, -1, 2, 8, 0.2], 0.5)).toEqual([0.5, 4]);
    expect(differenceClasses([], 0.5)).toEqual([0.5, 1]);
  });
});

describe('colours', () => {
  it('of a sequence can be told in grey, in both themes', () => {
    for (const palette of Object.values(PALETTES)) {
      const light = palette.sequence.map(luminance);
      const steps = light.slice(1).map((value, k) => Math.sign(value - light[k]!));
      expect(new Set(steps).size).toBe(1);
    }
  });
  it('are all different in a scale', () => {
    expect(new Set(spread(PALETTES.dark.sequence, 5)).size).toBe(5);
  });
  it('of labels stand out from the ground (WCAG AA)', () => {
    for (const { ground, label } of Object.values(PALETTES)) {
      const [dark, light] = [luminance(ground), luminance(label)].toSorted((a, b) => a - b);
      expect((light! + 0.05) / (dark! + 0.05)).toBeGreaterThan(4.5);
    }
  });
});

describe('the address', () => {
  const full: Address = {
    screen: 'compare',
    map: 'sample',
    run: 'a-1',
    other: 'b-2',
    study: null,
    language: 'en',
    theme: 'light',
    view: { latitude: 30.5, longitude: 114.25, zoom: 12.5 },
    figure: 'persons',
    resolution: 10,
    layers: ['roads', 'shelters'],
  };
  it('says what was chosen and nothing is lost', () => {
    expect(readAddress(writeAddress(full))).toEqual(full);
    expect(readAddress(writeAddress({ ...full, layers: [], view: null }))).toEqual({ ...full, layers: [], view: null });
  });
  it('is read as though what is wrong were not there', () => {
    const read = readAddress('#/nowhere?at=91,0,3&lang=fr&theme=&map=');
    expect(read).toMatchObject({ screen: 'situation', view: null, language: null, theme: null, map: null, layers: null });
    expect(readAddress('#/run?at=NaN,1,2').view).toBeNull();
  });
});

describe('numbers', () => {
  it('have the marks of their language and no more decimals than help', () => {
    expect(formatNumber(1234567.8, 'zh')).toBe('1,234,568');
    expect(formatNumber(3.14159, 'en')).toBe('3.1');
    expect(formatNumber(null, 'en')).toBe('–');
    expect(formatNumber(Number.NaN, 'en')).toBe('–');
  });
  it('as differences have a sign, nought has none', () => {
    expect(formatDifference(12, 'en')).toBe('+12');
    expect(formatDifference(-3.25, 'en')).toBe('−3.3');
    expect(formatDifference(0.001, 'en')).toBe('0');
  });
  it('of days count whole ones', () => {
    expect(ageDays('2026-01-01', Date.parse('2026-01-03T12:00:00Z'))).toBe(2);
    expect(ageDays('no date', 0)).toBeNull();
  });
});

describe('measuring', () => {
  // a degree of latitude on a sphere of 6,371,008.8 m is 111,195.08 m
  const square: Place[] = [[0, 0], [1, 0], [1, 1], [0, 1]]; // prettier-ignore
  it('gives a degree its length', () => {
    expect(lengthM([[0, 0], [0, 1]])).toBeCloseTo(111_195.08, 0); // prettier-ignore
    expect(lengthM([[0, 0]])).toBe(0);
  });
  it('gives a square degree at the equator its area, whichever way round', () => {
    // R² · Δλ · (sin 1° − sin 0°) = 12,363.7 km² by the sphere's own formula
    expect(areaM2(square) / 1e6).toBeCloseTo(12_363.7, 0);
    expect(areaM2(square.toReversed())).toBeCloseTo(areaM2(square), 0);
  });
  it('sees a ring that crosses itself', () => {
    expect(crossesItself(square)).toBe(false);
    expect(crossesItself([square[0]!, square[1]!, square[3]!, square[2]!])).toBe(true);
  });
});

describe('a form', () => {
  const root: Schema = {
    $defs: {
      Flood: { type: 'object', required: ['kind', 'layer'], properties: { kind: { const: 'flood' }, layer: { type: 'string' } } },
      Fire: { type: 'object', required: ['kind'], properties: { kind: { const: 'fire' } } },
    },
  };
  const hazard: Schema = { discriminator: { propertyName: 'kind' }, oneOf: [{ $ref: '#/$defs/Flood' }, { $ref: '#/$defs/Fire' }] };
  it('has the field that the schema asks for', () => {
    expect(fieldOf({ type: 'integer', minimum: 7, maximum: 11 }, root)).toEqual({ kind: 'number', whole: true, least: 7, most: 11 });
    expect(fieldOf({ anyOf: [{ type: 'boolean' }, { type: 'null' }] }, root).kind).toBe('yes_no');
    expect(fieldOf({ enum: ['a', 'b'], type: 'string' }, root)).toEqual({ kind: 'choice', values: ['a', 'b'] });
    expect(fieldOf({ type: 'array', prefixItems: [{}, {}] }, root).kind).toBe('raw');
    expect(fieldOf({ type: 'array', items: { $ref: '#/$defs/Fire' } }, root).kind).toBe('list');
  });
  it('offers every variant by its name', () => {
    const field = fieldOf(hazard, root);
    expect(field.kind === 'variants' ? [...field.variants.keys()] : []).toEqual(['flood', 'fire']);
  });
  it('begins with what is required, and with defaults that are nobody else’s', () => {
    expect(firstValue(hazard, root)).toEqual({ kind: 'flood', layer: '' });
    const given: Schema = { type: 'array', default: [1] };
    (firstValue(given, root) as number[]).push(2);
    expect(given.default).toEqual([1]);
  });
});

describe('records', () => {
  it('show seconds as minutes and units apart, and leave out what is empty', () => {
    const rows = rowsOf({ name: 'x', trip_mean_s: 90, capacity_persons: 500, reason: null, length_m: 12, open: true });
    expect(rows).toEqual([
      { column: 'trip_mean_s', stem: 'trip_mean_s', value: 1.5, unit: 'min' },
      { column: 'capacity_persons', stem: 'capacity_persons', value: 500, unit: 'persons' },
      { column: 'length_m', stem: 'length_m', value: 12, unit: 'm' },
      { column: 'open', stem: 'open', value: true, unit: null },
    ]);
  });
  it('of changed cells are one a cell, seconds as minutes', () => {
    const columns = { cell: ['a', 'b'], trip_mean_s: [120, null], persons_unmet: [0, -5] };
    expect(changedCells(columns)).toEqual([
      { cell: 'a', minutes: 2, unmet: 0 },
      { cell: 'b', minutes: null, unmet: -5 },
    ]);
  });
  it('of a study without a plan have no sites and say so', () => {
    const facts = readStudy({ persons: 10, measure: 'walk_m', gap: null, excluded_by: { water: 2, slope: 0 } });
    expect(facts.hasPlan).toBe(false);
    expect(facts.excluded).toEqual([['water', 2]]);
    expect(facts.figures.find(({ key }) => key === 'gap')?.value).toBeNull();
  });
});

describe('texts', () => {
  const texts = (name: string): Record<string, string> => JSON.parse(readFileSync(`src/i18n/${name}.json`, 'utf8'));
  const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();
  it('are there in both languages, with the same placeholders', () => {
    const [zh, en] = [texts('zh'), texts('en')];
    expect(Object.keys(en)).toEqual(Object.keys(zh));
    for (const [key, text] of Object.entries(zh)) expect(placeholders(en[key]!), key).toEqual(placeholders(text));
  });
});

describe('who is on which road', () => {
  const moving = Int32Array.from([0, 1, 5, 2, 0, 3, 2, 1, 4]);
  it('tells the units of a slice, and none where nobody is', () => {
    expect([...unitsAt(moving, 2, 3)]).toEqual([3, 4, Number.NaN]);
    expect([...unitsAt(moving, 1, 2)]).toEqual([Number.NaN, Number.NaN]);
    expect([...unitsAt(moving, 9, 2)]).toEqual([Number.NaN, Number.NaN]);
  });
  it('draws a curve with the most at the top', () => {
    expect(polyline([0, 5, 10], 10, 100, 40)).toBe('0.0,40.0 50.0,20.0 100.0,0.0');
  });
});

describe('the size of cells', () => {
  it('is finer the nearer one looks', () => {
    expect([null, 8.9, 9, 11.9, 12, 18].map(resolutionAt)).toEqual([9, 8, 9, 9, 10, 10]);
  });
});
