/**
 * The page that draws, bundled for the browser into preview/dist.
 */
import { build } from 'esbuild';
import { join } from 'node:path';
import { inPreview } from './paths.mjs';

/** Editors are part of @grafana/ui and of no panel; without them the bundle is a fraction of the size. */
const withoutEditors = {
  name: 'without-editors',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(monaco-editor|@monaco-editor\/react)(\/|$)/ }, ({ path }) => ({ path, namespace: 'none' }));
    onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'module.exports = {}', loader: 'js' }));
  },
};

export async function bundle() {
  await build({
    entryPoints: [inPreview('page', 'main.tsx')],
    outdir: inPreview('dist'),
    bundle: true,
    format: 'esm',
    splitting: true,
    jsx: 'automatic',
    target: 'chrome120',
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    loader: { '.ttf': 'dataurl', '.svg': 'dataurl' },
    plugins: [withoutEditors],
    logLevel: 'error',
  });
  return join(inPreview('dist'), 'main.js');
}
