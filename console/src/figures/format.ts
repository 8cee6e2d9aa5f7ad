/** Numbers and times as people read them. */
export type Locale = 'zh' | 'en';

const LOCALES = { zh: 'zh-CN', en: 'en-GB' } as const;
const DAY_MS = 86_400_000;

/** A number with at most `digits` decimals; a dash where there is none. */
export function formatNumber(value: number | null | undefined, locale: Locale, digits = 1): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const whole = Number.isInteger(value) || Math.abs(value) >= 1000;
  return value.toLocaleString(LOCALES[locale], { maximumFractionDigits: whole ? 0 : digits });
}

/** A difference with its sign, so that "+0" never appears. */
export function formatDifference(value: number | null | undefined, locale: Locale, digits = 1): string {
  const text = formatNumber(value === null || value === undefined ? value : Math.abs(value), locale, digits);
  if (value === null || value === undefined || !Number.isFinite(value) || /^[0.]+$/.test(text)) return text;
  return (value > 0 ? '+' : '−') + text;
}

/** Whole days from an ISO date to a moment; null where the date is no date. */
export function ageDays(date: string | null | undefined, nowMs: number): number | null {
  const then = date ? Date.parse(date) : Number.NaN;
  return Number.isNaN(then) ? null : Math.max(0, Math.floor((nowMs - then) / DAY_MS));
}

/** Metres, or kilometres from 1,000 m on. */
export function formatLength(metres: number, locale: Locale): string {
  if (metres < 1000) return `${formatNumber(metres, locale, 0)} m`;
  return `${(metres / 1000).toLocaleString(LOCALES[locale], { maximumFractionDigits: 2 })} km`;
}

/** Square metres, or square kilometres from 100,000 m² on. */
export function formatArea(squareMetres: number, locale: Locale): string {
  if (squareMetres < 100_000) return `${formatNumber(squareMetres, locale, 0)} m²`;
  return `${(squareMetres / 1e6).toLocaleString(LOCALES[locale], { maximumFractionDigits: 2 })} km²`;
}
