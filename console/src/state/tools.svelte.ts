/** What a click on the map does, and the line or ring that is being drawn. */
import { areaM2, crossesItself, lengthM, type Place } from '../figures/measuring';

export type Tool = 'look' | 'measure' | 'hazard' | 'close_road' | 'shelter' | 'open_shelter' | 'news_road';

class Tools {
  tool = $state<Tool>('look');
  points = $state.raw<readonly Place[]>([]);

  drawing = $derived(this.tool === 'measure' || this.tool === 'hazard');
  lengthM = $derived(lengthM(this.points));
  areaM2 = $derived(this.points.length >= 3 ? areaM2(this.points) : 0);
  crosses = $derived(crossesItself(this.points));

  /** Take a tool up; taking it up again puts it down. */
  take(tool: Tool): void {
    this.tool = this.tool === tool ? 'look' : tool;
    this.points = [];
  }

  /** Put down whatever is in hand. */
  putDown(): void {
    this.tool = 'look';
    this.points = [];
  }

  add(place: Place): void {
    const last = this.points.at(-1);
    if (last?.[0] === place[0] && last[1] === place[1]) return;
    this.points = [...this.points, place];
  }

  undo(): void {
    this.points = this.points.slice(0, -1);
  }
}

export const tools = new Tools();
