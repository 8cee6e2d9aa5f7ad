/** Where a figure comes from, as it is shown. */
export interface SourceRow {
  key: string;
  title: { zh: string; en: string };
  owner: { zh: string; en: string };
  date: string;
  status: string;
  sensitivity: string;
}
