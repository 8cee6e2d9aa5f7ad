/** Where a figure comes from, as it is shown. */
export interface SourceRow {
  key: string;
  title: { zh: string; en: string };
  owner: { zh: string; en: string };
  date: string;
  status: string;
  sensitivity: string;
}

interface Both {
  zh: string;
  en: string;
}

/** What is known of a layer, as it is shown. */
export interface LayerFacts {
  records: number;
  age_days: number;
  cycle_days: number;
  role_title: Both;
  status: string;
  crs: string;
  source: string;
  audit: Record<string, number> | null;
  caveat: Both | null;
  legend: readonly {
    name: string;
    delivered: string | null;
    kind: string;
    min: number | null;
    max: number | null;
    values: readonly (readonly unknown[])[];
  }[];
}
