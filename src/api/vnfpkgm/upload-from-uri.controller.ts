/**
 * A package that Berth fetches by itself (SOL005 clause 9.4.6, v3.3.1).
 */
import { Body, Controller, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Static } from 'typebox';
import { vnfPkgId } from '../../shared/ids.js';
import type { PackageCommands } from '../../workflow/commands.js';
import { checked } from '../http/check-body.js';
import { Describe } from '../http/describe.js';
import { ApiTags } from '../http/described.js';
import { limitOf } from '../http/limits.js';
import { expectOk } from '../http/problem-error.js';
import { RequestUris, type Uris } from '../http/uris.js';
import { PACKAGES } from '../ports.js';
import { uploadFromUriRequest } from './schemas.js';
import type { Caller, ForCaller } from '../../shared/caller.js';
import { From } from '../http/from.js';

type Request = Static<typeof uploadFromUriRequest>;

@ApiTags('vnfpkgm')
@Controller(['vnfpkgm/v2/vnf_packages/:vnfPkgId', 'vnfpkgm/v1/vnf_packages/:vnfPkgId'])
export class UploadFromUriController {
  constructor(@Inject(PACKAGES) private readonly packages: ForCaller<PackageCommands>) {}

  @Post('package_content/upload_from_uri')
  @HttpCode(202)
  @Describe({
    role: 'operator',
    bodyBytes: limitOf('smallJsonBytes'),
    summary: 'Have the CSAR fetched; onboarding goes on by itself',
    status: 202,
  })
  async upload(
    @From() caller: Caller,
    @Param('vnfPkgId') id: string,
    @Body({ schema: checked<Request, typeof uploadFromUriRequest>(uploadFromUriRequest) }) body: Request,
    @RequestUris() uris: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { addressInformation: address, userName, password = '' } = body;
    const credentials = userName === undefined ? {} : { credentials: { userName, password } };
    expectOk(await this.packages.for(caller).uploadFromUri(vnfPkgId(id), { address, ...credentials }));
    reply.header('location', uris.package(id));
  }
}
