/** Cells that changed between two plans, from the columns the server sends. */
export interface CellColumns {
  cell: readonly string[];
  trip_mean_s: readonly (number | null)[];
  persons_unmet: readonly (number | null)[];
}

export interface ChangedCell {
  cell: string;
  minutes: number | null;
  unmet: number;
}

/** One record a cell: minutes of the mean trip and people without a place, as differences. */
export function changedCells(columns: CellColumns): ChangedCell[] {
  return columns.cell.map((cell, i) => {
    const seconds = columns.trip_mean_s[i];
    return { cell, minutes: seconds == null || !Number.isFinite(seconds) ? null : seconds / 60, unmet: columns.persons_unmet[i] ?? 0 };
  });
}
