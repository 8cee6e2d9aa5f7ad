/** What a siting study found, read out of the record the server keeps of it. */
export interface StudySite {
  name: string;
  standing: string;
  persons: number;
  onlyByIt: number;
}

export interface StudyFacts {
  figures: readonly { key: StudyFigure; value: number | null; unit: 'persons' | 'm' | 's' | 'sites' | 'percent' }[];
  sites: readonly StudySite[];
  excluded: readonly [rule: string, count: number][];
  unexamined: readonly string[];
  leftOut: readonly [cause: string, persons: number][];
  hasPlan: boolean;
}

export const STUDY_FIGURES = ['persons', 'covered_before', 'covered', 'mean', 'longest', 'existing_sites', 'candidates', 'admitted', 'gap'] as const;
export type StudyFigure = (typeof STUDY_FIGURES)[number];

/** The facts of a record; what it lacks is null, not nought. */
export function readStudy(record: Readonly<Record<string, unknown>>): StudyFacts {
  const measure = String(record['measure'] ?? '').endsWith('_m') ? 'm' : 's';
  const units = { mean: measure, longest: measure, existing_sites: 'sites', candidates: 'sites', admitted: 'sites', gap: 'percent' } as const;
  const value = (key: StudyFigure): number | null => (typeof record[key] === 'number' ? record[key] * (key === 'gap' ? 100 : 1) : null);
  return {
    figures: STUDY_FIGURES.map((key) => ({ key, value: value(key), unit: (units as Partial<typeof units>)[key as 'mean'] ?? 'persons' })),
    sites: ((record['sites'] ?? []) as Record<string, unknown>[]).map((site) => ({
      name: String(site['name'] ?? ''),
      standing: String(site['standing'] ?? ''),
      persons: Number(site['persons'] ?? 0),
      onlyByIt: Number(site['only_by_it'] ?? 0),
    })),
    excluded: counts(record['excluded_by']),
    unexamined: ((record['unexamined'] ?? []) as Record<string, unknown>[]).map((rule) => String(rule['name'] ?? rule['rule'] ?? '')),
    leftOut: counts(record['left_out']),
    hasPlan: Array.isArray(record['sites']),
  };
}

/** Counts above nought, the largest first. */
function counts(record: unknown): [string, number][] {
  return Object.entries((record ?? {}) as Record<string, number>)
    .filter(([, count]) => count > 0)
    .toSorted((a, b) => b[1] - a[1]);
}
