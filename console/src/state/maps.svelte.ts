/** The maps of the workspace, the one that is looked at, and its base map. */
import { read } from '../api/client';
import type { BaseMap, CityMap, MapHead, Maps } from '../api/types';
import { Loaded } from './loaded.svelte';
import { session } from './session.svelte';

class MapStore {
  list = new Loaded<readonly MapHead[]>();
  detail = new Loaded<CityMap>();
  base = new Loaded<BaseMap>();

  current = $derived((this.list.value ?? []).find((map) => map.map === session.map) ?? null);

  /** Read the list; the first map is looked at where the address names none that is there. */
  async refresh(): Promise<void> {
    await this.list.load(async () => (await read<Maps>('/api/maps')).maps);
    const maps = this.list.value ?? [];
    if (!maps.some((map) => map.map === session.map)) session.map = maps[0]?.map ?? null;
  }

  /** Look at another map; what was chosen on the one before is forgotten. */
  choose(name: string): void {
    session.look(name);
  }

  open(name: string): void {
    this.detail.clear();
    this.base.clear();
    void this.detail.load(() => read<CityMap>(`/api/maps/${name}`));
    void this.base.load(() => read<BaseMap>(`/api/maps/${name}/base`));
  }
}

export const maps = new MapStore();
