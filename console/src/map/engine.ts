/** MapLibre, made ready once: its worker from our own build, and the font that it writes with. */
import type * as maplibre from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import 'maplibre-gl/dist/maplibre-gl.css';
import bold from '../../fonts/NotoSansSC-Bold.woff2?url';

export const FONT = 'Noto Sans SC Page';

let ready: Promise<typeof maplibre> | null = null;
let font: Promise<unknown> | null = null;
let boldAsked = false;

/** The library, once it can draw; asked for early, so that it comes while the server is still answering. */
export function engine(): Promise<typeof maplibre> {
  ready ??= prepare();
  return ready;
}

/** Whether the font is there: what is written before would stay in another one. */
export async function letters(): Promise<void> {
  font ??= document.fonts.load(`16px "${FONT}"`, '图');
  await font;
}

/** Bold letters, once there is time for another five megabytes; until then the browser thickens the others. */
export function boldLetters(): void {
  if (boldAsked) return;
  boldAsked = true;
  document.fonts.add(new FontFace(FONT, `url(${bold}) format('woff2')`, { weight: '700' }));
}

async function prepare(): Promise<typeof maplibre> {
  const [library, { Protocol }] = await Promise.all([import('maplibre-gl'), import('pmtiles')]);
  library.setWorkerUrl(workerUrl);
  library.addProtocol('pmtiles', new Protocol({ metadata: false }).tile);
  library.prewarm();
  return library;
}
