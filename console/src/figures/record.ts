/** The fields of a record as rows that people read: seconds as minutes, the unit apart from the name. */
export interface RecordRow {
  column: string;
  stem: string;
  value: unknown;
  unit: string | null;
}

const UNITS: Record<string, string> = { m: 'm', km: 'km', m2: 'm²', kph: 'km/h', persons: 'persons', min: 'min', kg: 'kg' };
const PERSONS_FIRST = /^persons(_|$)/;
const LEFT_OUT = new Set(['name', 'shelter_row', 'place_takes_one_in', 'reason_en', 'cells', 'geometry']);

/** Rows of the fields that hold something, in their order. */
export function rowsOf(properties: Readonly<Record<string, unknown>>): RecordRow[] {
  return Object.entries(properties)
    .filter(([column, value]) => value !== null && value !== undefined && value !== '' && !LEFT_OUT.has(column))
    .map(([column, value]) => rowOf(column, value));
}

function rowOf(column: string, value: unknown): RecordRow {
  const words = column.split('_');
  const last = words.at(-1) ?? '';
  if (last === 's' && words.length > 1 && typeof value === 'number') {
    return { column, stem: column, value: value / 60, unit: 'min' };
  }
  if (typeof value !== 'number') return { column, stem: column, value, unit: null };
  const unit = PERSONS_FIRST.test(column) || column === 'places' ? 'persons' : (UNITS[words.length > 1 ? last : ''] ?? null);
  return { column, stem: column, value, unit };
}
