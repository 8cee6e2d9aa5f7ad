/** What the page needs and no source holds: the fonts as WOFF2, and the files of the API's documentation page. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { woff2 } from './woff2.mjs';

const NOTO = 'node_modules/@expo-google-fonts/noto-sans-sc';
const FONTS = {
  'NotoSansSC-Regular.woff2': '400Regular/NotoSansSC_400Regular.ttf',
  'NotoSansSC-Bold.woff2': '700Bold/NotoSansSC_700Bold.ttf',
};
const COPIES = {
  'public/assets/OFL.txt': `${NOTO}/LICENSE_FONT`,
  'public/docs/swagger-ui-bundle.js': 'node_modules/swagger-ui-dist/swagger-ui-bundle.js',
  'public/docs/swagger-ui.css': 'node_modules/swagger-ui-dist/swagger-ui.css',
  'public/docs/LICENSE': 'node_modules/swagger-ui-dist/LICENSE',
  'public/docs/NOTICE': 'node_modules/swagger-ui-dist/NOTICE',
};

for (const folder of ['fonts', 'public/assets', 'public/docs']) mkdirSync(folder, { recursive: true });
for (const [name, source] of Object.entries(FONTS)) {
  const target = join('fonts', name);
  if (!existsSync(target)) writeFileSync(target, woff2(readFileSync(join(NOTO, source))));
}
for (const [target, source] of Object.entries(COPIES)) copyFileSync(source, target);
