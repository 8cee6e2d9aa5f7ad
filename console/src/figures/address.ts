/** What of the page is shared by its address: all that follows `#`. */
import { RESOLUTIONS } from './cell_size';
import type { Theme } from './colours';
import type { Locale } from './format';

export const SCREENS = ['situation', 'run', 'compare', 'siting', 'data'] as const;
export type Screen = (typeof SCREENS)[number];

export interface View {
  longitude: number;
  latitude: number;
  zoom: number;
}

export interface Address {
  screen: Screen;
  map: string | null;
  run: string | null;
  other: string | null;
  study: string | null;
  language: Locale | null;
  theme: Theme | null;
  view: View | null;
  figure: string | null;
  resolution: number | null;
  layers: readonly string[] | null;
}

const NAMES = ['map', 'run', 'other', 'study', 'figure'] as const;

/** The address a hash says; what it says wrongly is as if it were not said. */
export function readAddress(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const said = new URLSearchParams(query);
  const name = (key: string): string | null => said.get(key) || null;
  return {
    screen: SCREENS.find((screen) => screen === path) ?? 'situation',
    map: name('map'),
    run: name('run'),
    other: name('other'),
    study: name('study'),
    language: (['zh', 'en'] as const).find((known) => known === said.get('lang')) ?? null,
    theme: (['dark', 'light'] as const).find((known) => known === said.get('theme')) ?? null,
    view: readView(said.get('at')),
    figure: name('figure'),
    resolution: readResolution(said.get('cells')),
    layers: said.has('layers') ? (said.get('layers') ?? '').split(',').filter(Boolean) : null,
  };
}

function readResolution(said: string | null): number | null {
  const resolution = Number(said);
  return RESOLUTIONS.includes(resolution) ? resolution : null;
}

function readView(said: string | null): View | null {
  const numbers = (said ?? '').split(',').map(Number);
  const [latitude, longitude, zoom] = numbers;
  if (numbers.length !== 3 || !numbers.every(Number.isFinite)) return null;
  if (Math.abs(latitude!) > 90 || Math.abs(longitude!) > 180 || zoom! < 0 || zoom! > 24) return null;
  return { latitude: latitude!, longitude: longitude!, zoom: zoom! };
}

/** The hash of an address; what is null is left out. */
export function writeAddress(address: Address): string {
  const said = new URLSearchParams();
  for (const key of NAMES) if (address[key] !== null) said.set(key, address[key]);
  if (address.resolution !== null) said.set('cells', String(address.resolution));
  if (address.layers !== null) said.set('layers', address.layers.join(','));
  if (address.language !== null) said.set('lang', address.language);
  if (address.theme !== null) said.set('theme', address.theme);
  const { view } = address;
  if (view !== null) said.set('at', [view.latitude.toFixed(5), view.longitude.toFixed(5), view.zoom.toFixed(2)].join(','));
  const query = said.toString().replaceAll('%2C', ',');
  return `#/${address.screen}${query ? `?${query}` : ''}`;
}
