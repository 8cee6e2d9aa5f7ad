/** What the audit found, and what departments owe. */
import { read } from '../api/client';
import type { Audit, FeaturePage, Owed } from '../api/types';
import { Loaded } from './loaded.svelte';

class AuditStore {
  audit = new Loaded<Audit>();
  owed = new Loaded<Owed>();
  features = new Loaded<FeaturePage>();
  rule = $state<string | null>(null);

  open(map: string): void {
    this.rule = null;
    void this.audit.load(() => read<Audit>(`/api/maps/${map}/audit`));
    void this.owed.load(() => read<Owed>(`/api/maps/${map}/owed`));
    void this.features.load(() => read<FeaturePage>(`/api/maps/${map}/audit/features?limit=5000`));
  }
}

export const audit = new AuditStore();
