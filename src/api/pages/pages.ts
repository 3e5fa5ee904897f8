/**
 * Pages for people: `/`, and `/stack` with the stacks of VNFCs (docs/stack.md). They hold no data, so they need no token:
 * the script of the stack page asks the API with the one that the reader gives.
 */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pagePolicy } from '../http/security-headers.js';
import { frontPage, stackPage } from './html.js';
import { script } from './script.js';
import { style } from './style.js';

/** Paths that need no token, with what is below them; of `/` itself only. */
export const pagePaths = ['/', '/stack', '/pages'];

export function installPages(app: NestFastifyApplication, version: string): void {
  const server = app.getHttpAdapter().getInstance();
  const serve = (path: string, type: string, content: string): void => {
    server.get(path, { config: { produces: [type] } }, (_request, reply) =>
      reply.headers(pagePolicy).type(`${type}; charset=utf-8`).send(content),
    );
  };
  serve('/', 'text/html', frontPage(version));
  serve('/stack', 'text/html', stackPage('./'));
  serve('/stack/:vnfcId', 'text/html', stackPage('../'));
  serve('/pages/berth.css', 'text/css', style);
  serve('/pages/stack.js', 'text/javascript', script);
}
