/**
 * Absolute URIs of resources, for `_links` and Location. Clients reach Berth by the name they used in the request,
 * unless the operator configured a public one.
 */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { apiOf } from '../sol013/versions.js';
import { pathOf } from './request-rules.js';

export interface Uris {
  readonly origin: string;
  readonly package: (id: string) => string;
  readonly instance: (id: string) => string;
  readonly opOcc: (id: string) => string;
}

/** `pkgmMajor`: clients of the alias stay on the alias. */
export function urisAt(origin: string, pkgmMajor = 'v2'): Uris {
  return {
    origin,
    package: (id) => `${origin}/vnfpkgm/${pkgmMajor}/vnf_packages/${id}`,
    instance: (id) => `${origin}/vnflcm/v2/vnf_instances/${id}`,
    opOcc: (id) => `${origin}/vnflcm/v2/vnf_lcm_op_occs/${id}`,
  };
}

export function urisOf(request: FastifyRequest): Uris {
  const api = apiOf(pathOf(request));
  return urisAt(`${request.protocol}://${request.host}`, api?.name === 'vnfpkgm' ? api.major : undefined);
}

/** Parameter decorator: the URIs as this request's client sees them. */
export const RequestUris = createParamDecorator((_: unknown, context: ExecutionContext) =>
  urisOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
