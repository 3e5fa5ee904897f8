/** Every route that there is, asked without a credential, with a wrong one, and by a caller without the role it names. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { RouteRules } from '../../src/api/http/request-rules.js';
import type { ApiParts } from '../../src/api/ports.js';
import { AppModule } from '../../src/app.module.js';
import { roles, theTenant, type Role } from '../../src/shared/caller.js';
import { bodyOf, openDoor, token, type Door } from './door.js';

interface Route {
  /** `GET /vnflcm/v2/vnf_instances/:vnfInstanceId`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly role: Role | 'anyone' | undefined;
}

const metadata = (key: string, target: object): unknown => Reflect.getMetadata(key, target) as unknown;
const listOf = (path: unknown): readonly string[] =>
  Array.isArray(path) ? (path as string[]) : [(path ?? '') as string];

/** What Nest makes routes of. */
const routes: readonly Route[] = (AppModule.of({} as ApiParts).controllers ?? []).flatMap((controller) =>
  handlersOf(controller as new () => object).flatMap((handler) => {
    const method = RequestMethod[metadata(METHOD_METADATA, handler) as number] ?? '';
    const { role } = (metadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) ?? {}) as RouteRules;
    return listOf(metadata(PATH_METADATA, controller)).flatMap((before) =>
      listOf(metadata(PATH_METADATA, handler)).map((after) => {
        const path = `/${[before, after]
          .flatMap((each) => each.split('/'))
          .filter(Boolean)
          .join('/')}`;
        return { name: `${method} ${path}`, method, path, role };
      }),
    );
  }),
);

/** Those of what it extends as well, unless it has its own. */
function handlersOf(controller: new () => object): readonly object[] {
  const handlers = new Map<string, object>();
  for (let at = controller.prototype as object; at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
    for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at)))
      if (typeof value === 'function' && !handlers.has(key)) handlers.set(key, value as object);
  }
  return [...handlers.values()].filter((handler) => metadata(METHOD_METADATA, handler) !== undefined);
}

const tokenWithout = (role: Role): string => `a-token-without-${role}`;

let door: Door;
beforeAll(async () => {
  const weak = roles.map((lacking) => ({
    token: tokenWithout(lacking),
    caller: { subject: `not ${lacking}`, roles: roles.filter((role) => role !== lacking), tenant: theTenant },
  }));
  const full = { token, caller: { subject: 'all', roles, tenant: theTenant } };
  door = await openDoor({ options: { credentials: [full, ...weak] } });
});
afterAll(() => door.close());

const ask = ({ method, path }: Route, authorization: string) =>
  door.ask(path.replaceAll(/:\w+|\*\w*/g, 'x'), { method, headers: { authorization } });

describe('every route', () => {
  test('names the role that it needs, and only the health of the process is open to anyone', () => {
    expect(routes.length).toBeGreaterThan(60);
    expect(routes.filter(({ role }) => role === undefined).map(({ name }) => name)).toEqual([]);
    const open = routes.filter(({ role }) => role === 'anyone').map(({ name }) => name);
    expect(open.toSorted()).toEqual(['GET /healthz', 'GET /readyz']);
  });

  test('stands in the API description', async () => {
    const { paths } = await bodyOf(await door.ask('/docs-json'));
    const described = Object.entries(paths as Readonly<Record<string, object>>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(described.toSorted()).toEqual(routes.map(({ name }) => name.replace(/\*$/, ':path')).toSorted());
  });

  const guarded = routes.filter((route) => route.role !== 'anyone');

  test.each(guarded)('$name refuses who shows nothing, or a wrong token', async (route) => {
    expect((await ask(route, '')).status).toBe(401);
    expect((await ask(route, 'Bearer a-wrong-token')).status).toBe(401);
  });

  test.each(guarded)('$name refuses a caller without its role, and says which', async (route) => {
    const { role } = route;
    if (role === undefined || role === 'anyone') throw new Error('the first test says which route names no role');
    const answer = await ask(route, `Bearer ${tokenWithout(role)}`);
    expect(answer.status).toBe(403);
    if (route.method !== 'HEAD') {
      expect(await bodyOf(answer)).toMatchObject({
        type: 'urn:berth:problem:forbidden',
        detail: expect.stringContaining(`the role "${role}", which not ${role} has not`) as unknown,
      });
    }
  });

  test.each(guarded)('$name lets a caller with its role pass', async (route) => {
    const { status } = await ask(route, `Bearer ${token}`);
    expect([401, 403]).not.toContain(status);
  });

  test.each(routes.filter(({ role }) => role === 'anyone'))('$name needs no credential', async (route) => {
    expect((await ask(route, '')).status).toBe(200);
  });
});
