/**
 * Absolute URIs of resources, for `_links`, Location and Link, as the client sees Berth (`seen.ts`).
 */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { NotifyingApi } from '../../subscription/interfaces.js';
import { apiOf, latestOf, type ServedApi } from '../sol013/versions.js';
import { pathOf } from './request-rules.js';
import { seenOf } from './seen.js';

export interface Uris {
  /** What every URI begins with; the path of a proxy may be part of it. */
  readonly origin: string;
  /** An interface that notifies, under the major version that this client knows it by. */
  readonly notifying: (api: NotifyingApi) => { readonly apiRoot: string; readonly apiVersion: string };
  readonly package: (id: string) => string;
  readonly instance: (id: string) => string;
  readonly opOcc: (id: string) => string;
}

/** `asked`: clients of an older major version stay on it. */
export function urisAt(origin: string, asked?: ServedApi): Uris {
  const notifying = (api: NotifyingApi) => {
    const { name, major, versions } = asked?.name === api ? asked : latestOf(api);
    return { apiRoot: `${origin}/${name}/${major}`, apiVersion: versions[0] };
  };
  const [packages, lifecycle] = [notifying('vnfpkgm').apiRoot, notifying('vnflcm').apiRoot];
  return {
    origin,
    notifying,
    package: (id) => `${packages}/vnf_packages/${id}`,
    instance: (id) => `${lifecycle}/vnf_instances/${id}`,
    opOcc: (id) => `${lifecycle}/vnf_lcm_op_occs/${id}`,
  };
}

export function urisOf(request: FastifyRequest): Uris {
  return urisAt(seenOf(request).base, apiOf(pathOf(request)));
}

/** Parameter decorator: the URIs as this request's client sees them. */
export const RequestUris = createParamDecorator((_: unknown, context: ExecutionContext) =>
  urisOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
