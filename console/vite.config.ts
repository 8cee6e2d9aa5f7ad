import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const SERVER = 'http://127.0.0.1:8321';

export default defineConfig({
  plugins: [svelte()],
  // a font among the sources of a style would else be written into it
  build: { outDir: '../api/static', emptyOutDir: true, assetsInlineLimit: 0, target: 'es2023', chunkSizeWarningLimit: 1200 },
  // its worker is a module of its own, found beside it
  optimizeDeps: { exclude: ['maplibre-gl'] },
  server: { proxy: { '/api': SERVER, '/ogc': SERVER } },
});
