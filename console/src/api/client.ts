/** The one place that talks to the server. */

/** What the server says of a request it refused (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly titles: { zh: string; en: string },
    readonly hints: { zh: string; en: string } | null,
    readonly field: string | null,
  ) {
    super(titles.en);
  }
}

/** The server does not answer. */
export class Unreachable extends Error {}

const ASK_AGAIN_AT_MOST = 60;
let onLoss = (): void => undefined;
let onKeptBack = (): void => undefined;

/** Tell someone when the server does not answer. */
export function listenForLoss(listener: () => void): void {
  onLoss = listener;
}

/** Tell someone when the server keeps something back for want of a token. */
export function listenForKeptBack(listener: () => void): void {
  onKeptBack = listener;
}

/** Hand in the token; the server keeps it as a cookie that no script can read. */
export async function useToken(given: string): Promise<void> {
  await request(`/?token=${encodeURIComponent(given)}`);
}

/** Whether the server answers. */
export async function isServerThere(): Promise<boolean> {
  try {
    return (await fetch('/api/health')).ok;
  } catch {
    return false;
  }
}

/** The answer to a request, or the Problem, or Unreachable; what the server is still making is waited for. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let response = await once(path, init);
  for (let asked = 0; isBeingMade(response) && asked < ASK_AGAIN_AT_MOST; asked += 1) {
    const waitS = Number(response.headers.get('Retry-After') ?? 2);
    await new Promise((done) => setTimeout(done, waitS * 1000));
    response = await once(path, init);
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.code === 'api_token_level') onKeptBack();
  throw problem;
}

/** Whether the server is still making what was asked for, and says when to ask again. */
function isBeingMade(response: Response): boolean {
  return response.status === 409 && response.headers.has('Retry-After');
}

async function once(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch {
    onLoss();
    throw new Unreachable(path);
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const title = String(body['title'] ?? `HTTP ${response.status}`);
  const titles = (body['titles'] ?? { zh: title, en: title }) as { zh: string; en: string };
  const hints = (body['hints'] ?? null) as { zh: string; en: string } | null;
  const field = typeof body['field'] === 'string' ? body['field'] : null;
  return new Problem(String(body['code'] ?? 'http'), response.status, titles, hints, field);
}

/** What a path answers as JSON; the caller says what it is, from the generated types. */
export async function read<T>(path: string): Promise<T> {
  return (await (await request(path)).json()) as T;
}

/** What a path answers to a body sent to it as JSON. */
export async function send<T>(path: string, body: unknown = {}): Promise<T> {
  const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  return (await (await request(path, init)).json()) as T;
}

/** Numbers sent as octets, little end first. */
export async function readFloats(path: string): Promise<Float32Array> {
  return new Float32Array(await (await request(path)).arrayBuffer());
}

/** Whole numbers sent as octets, little end first. */
export async function readIntegers(path: string): Promise<Int32Array> {
  return new Int32Array(await (await request(path)).arrayBuffer());
}
