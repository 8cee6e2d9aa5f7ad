import { afterEach, expect, test, vi } from 'vitest';

import { Problem, read } from './client';

const BUILDING = { code: 'api_building', title: 'x', titles: { zh: '甲', en: 'a' }, hints: { zh: '乙', en: 'b' } };

/** Let the server answer one after the other. */
function answering(...answers: Response[]): void {
  vi.stubGlobal('fetch', () => Promise.resolve(answers.shift()));
}

afterEach(() => vi.unstubAllGlobals());

test('what the server is still making is asked for again', async () => {
  const later = new Response(JSON.stringify(BUILDING), { status: 409, headers: { 'Retry-After': '0' } });
  answering(later, new Response('{"cells":3}'));

  expect(await read('/api/maps/town/cells/9')).toEqual({ cells: 3 });
});

test('another conflict is told at once, with its hint in both languages', async () => {
  answering(new Response(JSON.stringify({ ...BUILDING, code: 'api_run_again_there' }), { status: 409 }));

  const refused = await read('/api/runs/r').catch((error: unknown) => error);

  expect(refused).toBeInstanceOf(Problem);
  expect((refused as Problem).hints).toEqual({ zh: '乙', en: 'b' });
});
