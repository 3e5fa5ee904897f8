/**
 * What a package is made of comes in (SOL005 clause 9.4.5, v3.3.1).
 */
import { Controller, HttpCode, Inject, Param, Put, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { vnfPkgId } from '../../shared/ids.js';
import type { Store, VnfPkgRecord } from '../../store/store.js';
import type { PackageCommands } from '../../workflow/commands.js';
import { streamedTypes } from '../http/body-parsers.js';
import { Describe } from '../http/describe.js';
import { bareType } from '../http/media-types.js';
import { expectOk, found, refusal } from '../http/problem-error.js';
import { RequestUris, type Uris } from '../http/uris.js';
import { PACKAGES, STORE } from '../ports.js';
import { boundaryOf, filePart } from './multipart.js';

@ApiTags('vnfpkgm')
@Controller(['vnfpkgm/v2/vnf_packages/:vnfPkgId', 'vnfpkgm/v1/vnf_packages/:vnfPkgId'])
export class PackageContentController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(PACKAGES) private readonly packages: PackageCommands,
  ) {}

  @Put('package_content')
  @HttpCode(202)
  @RouteConfig({ consumes: streamedTypes })
  @Describe({ summary: 'Upload the CSAR; onboarding goes on by itself', status: 202, consumes: streamedTypes })
  async upload(
    @Param('vnfPkgId') id: string,
    @Req() request: FastifyRequest,
    @RequestUris() uris: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const record = await this.record(id);
    const { content, expectedBytes } = uploadOf(request);
    expectOk(await this.packages.upload(record.id, content, expectedBytes));
    reply.header('location', uris.package(id));
  }

  private async record(id: string): Promise<VnfPkgRecord> {
    return found(await this.store.package(vnfPkgId(id)), 'VNF package', id);
  }
}

interface Upload {
  readonly content: AsyncIterable<Uint8Array>;
  readonly expectedBytes: number | undefined;
}

function uploadOf(request: FastifyRequest): Upload {
  const body = request.body as Readable | undefined;
  const type = request.headers['content-type'];
  if (body === undefined || type === undefined)
    throw refusal('malformed-request', 'The request has no package in its body.');
  if (bareType(type) === 'multipart/form-data') {
    return { content: filePart(body, boundaryOf(type)), expectedBytes: undefined };
  }
  const length = request.headers['content-length'];
  return { content: body, expectedBytes: length === undefined ? undefined : Number(length) };
}
