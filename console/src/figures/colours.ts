/**
 * Every colour of the maps, in one place.
 *
 * Sequences go from the ground's side to the far side in lightness, so that their order can be told in grey and
 * with any colour vision; marks begin with those of Okabe and Ito (2008), which stay apart for colour-blind people.
 */
export type Theme = 'dark' | 'light';

export interface Palette {
  ground: string;
  water: string;
  green: string;
  land: string;
  building: string;
  buildingLine: string;
  road: string;
  roadMain: string;
  roadCase: string;
  rail: string;
  border: string;
  label: string;
  halo: string;
  sequence: readonly string[];
  less: readonly [string, string];
  more: readonly [string, string];
  shelter: string;
  full: string;
  lost: string;
  closed: string;
  slowed: string;
  route: string;
  unmet: string;
  facility: string;
  drawn: string;
  classes: readonly string[];
}

const MARKS = ['#56b4e9', '#e69f00', '#009e73', '#cc79a7', '#9c8cff', '#4fb0c6', '#d55e00', '#8f9aa0'] as const;

const DARK: Palette = {
  ground: '#10181d',
  water: '#16303f',
  green: '#142521',
  land: '#151f25',
  building: '#1f2c33',
  buildingLine: '#2a3a43',
  road: '#2f3f48',
  roadMain: '#4a5c66',
  roadCase: '#0c1317',
  rail: '#53606a',
  border: '#7f929b',
  label: '#c9d5da',
  halo: '#10181d',
  sequence: ['#243b55', '#2c5f7c', '#2f8a8b', '#6bb36f', '#cfd154', '#fff3a0'],
  less: ['#2f7fb8', '#8cc8ef'],
  more: ['#b8642a', '#ffb870'],
  shelter: '#35c9a5',
  full: '#f0b429',
  lost: '#8f9aa0',
  closed: '#ff6b5e',
  slowed: '#f0b429',
  route: '#6cb8ff',
  unmet: '#f0569c',
  facility: '#dfe8ec',
  drawn: '#ffd166',
  classes: MARKS,
};

const LIGHT: Palette = {
  ground: '#eef2f2',
  water: '#c3dceb',
  green: '#d9e8d9',
  land: '#e6ebea',
  building: '#d8dedf',
  buildingLine: '#c4ccce',
  road: '#ffffff',
  roadMain: '#ffffff',
  roadCase: '#b8c3c6',
  rail: '#9aa6aa',
  border: '#64757c',
  label: '#2c3a40',
  halo: '#ffffff',
  sequence: ['#fdf3c0', '#c9dc86', '#7dbd84', '#3c9490', '#2a6382', '#253660'],
  less: ['#8cc0e6', '#1f6fae'],
  more: ['#f3b67a', '#b3560c'],
  shelter: '#00795f',
  full: '#b97a00',
  lost: '#6b7880',
  closed: '#c62f22',
  slowed: '#b97a00',
  route: '#1668b5',
  unmet: '#b3195f',
  facility: '#3a474d',
  drawn: '#8a5a00',
  classes: ['#0072b2', '#b06f00', '#00795f', '#a34f80', '#8a8000', '#3a86b5', '#b84d00', '#5f6b72'],
};

export const PALETTES: Record<Theme, Palette> = { dark: DARK, light: LIGHT };

type Doing = 'load' | 'drive' | 'unload' | 'wait' | 'work' | 'come' | 'carry' | 'hand_over';

/** Colours of what a vehicle or a unit does. */
export function barColours(palette: Palette): Record<Doing, string> {
  const vehicle = { load: palette.full, drive: palette.route, unload: palette.shelter, wait: palette.lost };
  return { ...vehicle, work: palette.full, come: palette.lost, carry: palette.route, hand_over: palette.shelter };
}

/** `count` colours of a sequence, its ends included. */
export function spread(sequence: readonly string[], count: number): string[] {
  const last = sequence.length - 1;
  if (count <= 1) return sequence.slice(last);
  return Array.from({ length: count }, (_, k) => sequence[Math.round((k * last) / (count - 1))]!);
}

/** Relative luminance of a colour, 0 to 1 (WCAG 2.2). */
export function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
