/** How large cells are, and which suit a zoom. */

/** Mean area of a hexagon in km² (H3, table of cell statistics), by resolution. */
export const CELL_AREA_KM2: Readonly<Record<number, number>> = { 8: 0.737, 9: 0.105, 10: 0.015, 11: 0.00215 };
export const RESOLUTIONS = Object.keys(CELL_AREA_KM2).map(Number);

const USUAL = 9;
/** From this zoom on cells of the resolution are some ten pixels wide; those of 11 are only shown when asked for. */
const FROM_ZOOM: readonly (readonly [zoom: number, resolution: number])[] = [[12, 10], [9, USUAL]]; // prettier-ignore

/** The resolution that suits a zoom; the usual one where the map has not said yet. */
export function resolutionAt(zoom: number | null): number {
  if (zoom === null) return USUAL;
  return FROM_ZOOM.find(([from]) => zoom >= from)?.[1] ?? 8;
}
