/**
 * Absolute URIs of resources, for `_links`, Location and Link, as the client sees Berth (`seen.ts`).
 */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { apiOf, lifecycleApi, packageApi, type ServedApi } from '../sol013/versions.js';
import { pathOf } from './request-rules.js';
import { seenOf } from './seen.js';

export interface Uris {
  /** What every URI begins with; the path of a proxy may be part of it. */
  readonly origin: string;
  /** The package interface under the major version that this client knows it by. */
  readonly packages: {
    readonly apiRoot: string;
    readonly apiVersion: string;
    readonly subscription: (id: string) => string;
  };
  readonly package: (id: string) => string;
  readonly instance: (id: string) => string;
  readonly opOcc: (id: string) => string;
}

/** `asked`: clients of an older major version stay on it. */
export function urisAt(origin: string, asked?: ServedApi): Uris {
  const pkgm = asked?.name === packageApi.name ? asked : packageApi;
  const lcm = asked?.name === lifecycleApi.name ? asked : lifecycleApi;
  const apiRoot = `${origin}/vnfpkgm/${pkgm.major}`;
  return {
    origin,
    packages: { apiRoot, apiVersion: pkgm.versions[0], subscription: (id) => `${apiRoot}/subscriptions/${id}` },
    package: (id) => `${apiRoot}/vnf_packages/${id}`,
    instance: (id) => `${origin}/vnflcm/${lcm.major}/vnf_instances/${id}`,
    opOcc: (id) => `${origin}/vnflcm/${lcm.major}/vnf_lcm_op_occs/${id}`,
  };
}

export function urisOf(request: FastifyRequest): Uris {
  return urisAt(seenOf(request).base, apiOf(pathOf(request)));
}

/** Parameter decorator: the URIs as this request's client sees them. */
export const RequestUris = createParamDecorator((_: unknown, context: ExecutionContext) =>
  urisOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
