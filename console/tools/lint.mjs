/** Which folder of src may import from which: panels show, state asks, api fetches, and nothing reaches back. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

const MAY_IMPORT = {
  api: ['api'],
  i18n: ['i18n'],
  figures: ['figures'],
  state: ['state', 'api', 'i18n', 'figures'],
  map: ['map', 'state', 'i18n', 'figures'],
  parts: ['parts', 'i18n', 'figures', 'state'],
  panels: ['panels', 'parts', 'map', 'state', 'i18n', 'figures'],
};
/** The texts of the program, shared with reports and the command line. */
const CATALOGUE = '../dss/language/';
/** Made by the build; the map writes with them. */
const FONTS = 'fonts/';
const ONLY_IN_API = /\b(fetch|EventSource|XMLHttpRequest|WebSocket)\s*\(/;
const IMPORT = /(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g;

/** @param {string} file path from src @param {string} text @returns {string[]} */
export function complaints(file, text) {
  const folder = file.split('/')[0] ?? '';
  const allowed = MAY_IMPORT[folder];
  if (allowed === undefined) return file.includes('/') ? [`${file}: ${folder}/ is no room of src`] : [];
  const found = [...text.matchAll(IMPORT)]
    .map(([, path]) => normalize(join('src', dirname(file), path)).replace(/^src\//, ''))
    .filter((path) => !(folder === 'i18n' && path.startsWith(CATALOGUE)) && !(folder === 'map' && path.startsWith(FONTS)))
    .map((path) => path.split('/')[0])
    .filter((room) => !allowed.includes(room))
    .map((room) => `${file}: ${folder}/ may not import from ${room}/`);
  if (folder !== 'api' && ONLY_IN_API.test(text)) found.push(`${file}: only api/ talks to the server`);
  if (/:\s*any\b|\bas any\b|@ts-ignore/.test(text)) found.push(`${file}: any is no type`);
  if (text.split('\n').length > 300) found.push(`${file}: longer than 300 lines`);
  return found;
}

function main() {
  const files = readdirSync('src', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|svelte)$/.test(entry.name) && !entry.name.endsWith('.test.ts') && entry.name !== 'schema.d.ts')
    .map((entry) => relative('src', join(entry.parentPath, entry.name)));
  const found = files.flatMap((file) => complaints(file, readFileSync(join('src', file), 'utf8')));
  for (const line of found) console.error(line);
  process.exitCode = found.length > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
