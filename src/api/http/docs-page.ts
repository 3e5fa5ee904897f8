/**
 * The OpenAPI page: `/docs` in a browser, `/docs-json` for tools. Everything it needs is served from here, so that it
 * works without a network. It needs no token: it tells what the source tells, and its Authorize button takes the token.
 */
import type { Type as Class } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { tell } from './described.js';
import { refusal } from './problem-error.js';
import { docsPolicy } from './security-headers.js';
import { servedApis } from '../sol013/versions.js';

const assets: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
  'favicon-32x32.png': 'image/png',
};

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Berth API</title>
    <link rel="stylesheet" href="docs/swagger-ui.css" />
    <link rel="icon" type="image/png" href="docs/favicon-32x32.png" />
  </head>
  <body>
    <div id="page"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

const start = `SwaggerUIBundle({ url: 'docs-json', dom_id: '#page', deepLinking: true });\n`;

const needing = servedApis.flatMap(({ name, major, headerNeeded }) => (headerNeeded ? [`${name}/${major}`] : []));

/** Paths that the page is made of. */
export const docsPaths = ['/docs', '/docs-json'];

export function installDocsPage(app: NestFastifyApplication): void {
  const server = app.getHttpAdapter().getInstance();
  // One for all who ask: whoever does not read it has nothing of its own waiting.
  let document: Promise<Buffer> | undefined;
  const json = { config: { produces: ['application/json'] } };
  const any = { config: { produces: ['text/html', 'text/css', 'text/javascript', 'image/png'] } };
  server.get('/docs-json', json, async (_request, reply) => {
    document ??= documentOf(app);
    return reply.type('application/json; charset=utf-8').send(await document);
  });
  server.get('/docs', any, (_request, reply) => reply.headers(docsPolicy).type('text/html; charset=utf-8').send(page));
  server.get('/docs/start.js', any, (_request, reply) => reply.type('text/javascript; charset=utf-8').send(start));
  server.get<{ Params: { name: string } }>('/docs/:name', any, ({ params: { name } }, reply) => {
    const type = Object.hasOwn(assets, name) ? assets[name] : undefined;
    if (type === undefined) throw refusal('not-found', `There is no /docs/${name}.`);
    const file = createRequire(import.meta.url).resolve(`swagger-ui-dist/${name}`);
    return reply.type(type).send(createReadStream(file));
  });
}

async function documentOf(app: NestFastifyApplication): Promise<Buffer> {
  const swagger = await import('@nestjs/swagger');
  tell(swagger, controllersOf(app));
  const config = new swagger.DocumentBuilder()
    .setTitle('Berth')
    .setDescription(
      'VNF packages (SOL005), VNF lifecycle (SOL003), and the infrastructure below. Errors are ProblemDetails.',
    )
    .setVersion('1')
    .addBearerAuth()
    .addSecurityRequirements('bearer')
    .addGlobalParameters({
      name: 'Version',
      in: 'header',
      required: false,
      description: `API version (SOL013 clause 9); needed on ${needing.join(' and ')}`,
      schema: { type: 'string' },
    })
    .build();
  return Buffer.from(JSON.stringify(withParameters(swagger.SwaggerModule.createDocument(app, config))));
}

const controllersOf = (app: NestFastifyApplication): readonly Class<object>[] =>
  [...app.get(ModulesContainer).values()]
    .flatMap((module) => [...module.controllers.values()])
    .map(({ metatype }) => metatype as Class<object>);

/** A handler that serves several kinds of path declares no parameter of theirs: the path names them. */
function withParameters(document: OpenAPIObject): OpenAPIObject {
  for (const [path, methods] of Object.entries(document.paths)) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
    for (const operation of [methods.get, methods.put, methods.post, methods.patch, methods.delete]) {
      const declared = (operation?.parameters ?? []).map((each) => ('name' in each ? each.name : ''));
      const missing = names.filter((name) => !declared.includes(name));
      operation?.parameters?.push(
        ...missing.map((name) => ({ name, in: 'path' as const, required: true, schema: { type: 'string' } })),
      );
    }
  }
  return document;
}
