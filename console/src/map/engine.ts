/** MapLibre, made ready once: its worker from our own build, its fonts loaded before it draws a letter. */
import type * as maplibre from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import 'maplibre-gl/dist/maplibre-gl.css';

export const FONT = 'Noto Sans SC Page';

let ready: Promise<typeof maplibre> | null = null;

/** The library, once it can draw. */
export function engine(): Promise<typeof maplibre> {
  ready ??= prepare();
  return ready;
}

async function prepare(): Promise<typeof maplibre> {
  const font = document.fonts.load(`16px "${FONT}"`, '图');
  const [library, { Protocol }] = await Promise.all([import('maplibre-gl'), import('pmtiles')]);
  library.setWorkerUrl(workerUrl);
  library.addProtocol('pmtiles', new Protocol({ metadata: false }).tile);
  await font;
  return library;
}
