/**
 * Serves the page that draws, Grafana's icons, and the data of the picture that is drawn now; on loopback, any free port.
 */
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { inPreview } from './paths.mjs';

const types = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.map': 'application/json' };

const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Preview</title><link rel="stylesheet" href="/main.css"></head>
<body><div id="root"></div><script type="module" src="/main.js"></script></body></html>`;

const iconFolder = inPreview('node_modules', '@grafana', 'ui', 'dist', 'public', 'img', 'icons');

/** Of Debian's fonts-inter. Grafana has it as WOFF2; a browser looks at what a font is, not at what it is called. */
const typefaces = '/usr/share/fonts/opentype/inter';

/** Grafana's icons are asked for below `public/build/img/icons`, its fonts below `public/fonts`. */
function fileFor(path) {
  const [, icon] = /\/img\/icons\/(.+)$/.exec(path) ?? [];
  const [, weight] = /\/fonts\/inter\/Inter-(Regular|Medium)/.exec(path) ?? [];
  if (weight !== undefined) return join(typefaces, `Inter-${weight}.otf`);
  const [folder, name] = icon === undefined ? [inPreview('dist'), path] : [iconFolder, icon];
  const file = join(folder, normalize(`/${name}`));
  return existsSync(file) ? file : undefined;
}

export async function servePage() {
  let picture = {};
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://here');
    if (pathname === '/') return response.setHeader('content-type', 'text/html').end(html);
    if (pathname === '/picture.json')
      return response.setHeader('content-type', 'application/json').end(JSON.stringify(picture));
    // Nothing is written in Roboto but code, which any monospaced font shows.
    if (/^\/favicon.ico$|\/fonts\/roboto\//.test(pathname)) return response.writeHead(204).end();
    const file = fileFor(pathname);
    if (file === undefined) return response.writeHead(404).end();
    response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream');
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}/`,
    show: (next) => {
      picture = next;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
