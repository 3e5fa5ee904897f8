/**
 * VNF packages and their resources (SOL005 clauses 9.4.2 and 9.4.3). `v1` is the same under the path that older
 * clients know.
 */
import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { vnfPkgId } from '../../shared/ids.js';
import type { PackageRecords, VnfPkgRecord } from '../../store/packages.js';
import type { PackageCommands } from '../../workflow/commands.js';
import { checked } from '../http/check-body.js';
import { Describe } from '../http/describe.js';
import { ApiTags } from '../http/described.js';
import { etagOf, revisionOf } from '../http/etag.js';
import { expectOk, found } from '../http/problem-error.js';
import { RequestUris, type Uris } from '../http/uris.js';
import { OPTIONS, PACKAGES, STORE, type ApiOptions } from '../ports.js';
import { answerCollection } from '../sol013/collection.js';
import { wantsSignatures, type Query as Flags } from './choose-artifacts.js';
import { signatures } from './package-files.js';
import { packagesCollection, packageSources, renderPackage, type VnfPkgInfo } from './render-package.js';
import { createVnfPkgInfoRequest, vnfPkgInfo, vnfPkgInfoModifications, vnfPkgInfoPatch } from './schemas.js';
import type { Caller, ForCaller } from '../../shared/caller.js';
import { From } from '../http/from.js';

type Creation = Static<typeof createVnfPkgInfoRequest>;
type Patched = Static<typeof vnfPkgInfoPatch>;
type Modifications = Static<typeof vnfPkgInfoModifications>;

@ApiTags('vnfpkgm')
@Controller(['vnfpkgm/v2/vnf_packages', 'vnfpkgm/v1/vnf_packages'])
export class PackagesController {
  constructor(
    @Inject(STORE) private readonly store: ForCaller<Pick<PackageRecords, 'package' | 'packagePage'>>,
    @Inject(PACKAGES) private readonly packages: ForCaller<PackageCommands>,
    @Inject(OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Post()
  @Describe({ role: 'operator', summary: 'Create a package resource', status: 201, body: vnfPkgInfo })
  async create(
    @From() caller: Caller,
    @Body({ schema: checked<Creation, typeof createVnfPkgInfoRequest>(createVnfPkgInfoRequest) }) body: Creation,
    @RequestUris() uris: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<VnfPkgInfo> {
    const record = await this.packages.for(caller).create(body.userDefinedData ?? {});
    reply.header('location', uris.package(record.id)).header('etag', etagOf(record.revision));
    return renderPackage(record, uris);
  }

  @Get()
  @Describe({ role: 'viewer', summary: 'Query packages', status: 200, body: Type.Array(vnfPkgInfo), collection: true })
  async list(
    @From() caller: Caller,
    @Req() request: FastifyRequest,
    @RequestUris() uris: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly unknown[]> {
    const sources = packageSources(this.store.for(caller), uris, this.options);
    return answerCollection(request, reply, packagesCollection, sources);
  }

  /** What signs the package is always told: `include_signatures` adds nothing here. */
  @Get(':vnfPkgId')
  @signatures
  @Describe({ role: 'viewer', summary: 'Read a package resource', status: 200, body: vnfPkgInfo })
  async read(
    @From() caller: Caller,
    @Param('vnfPkgId') id: string,
    @Query() query: Flags,
    @RequestUris() uris: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<VnfPkgInfo> {
    wantsSignatures(query);
    const record = await this.record(caller, id);
    reply.header('etag', etagOf(record.revision));
    return renderPackage(record, uris);
  }

  @Patch(':vnfPkgId')
  @Describe({
    role: 'operator',
    summary: 'Enable, disable, or annotate a package',
    status: 200,
    body: vnfPkgInfoModifications,
  })
  async modify(
    @From() caller: Caller,
    @Param('vnfPkgId') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body({ schema: checked<Patched, typeof vnfPkgInfoPatch>(vnfPkgInfoPatch) }) body: Patched,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Modifications> {
    const before = await this.record(caller, id);
    const changed = expectOk(
      await this.packages.for(caller).modify(before.id, body, revisionOf(ifMatch, before.revision)),
    );
    reply.header('etag', etagOf(changed.revision));
    return modificationsOf(body, changed);
  }

  @Delete(':vnfPkgId')
  @HttpCode(204)
  @Describe({ role: 'operator', summary: 'Delete a disabled, unused package', status: 204 })
  async delete(
    @From() caller: Caller,
    @Param('vnfPkgId') id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    const before = await this.record(caller, id);
    expectOk(await this.packages.for(caller).delete(before.id, revisionOf(ifMatch, before.revision)));
  }

  private async record(caller: Caller, id: string): Promise<VnfPkgRecord> {
    return found(await this.store.for(caller).package(vnfPkgId(id)), 'VNF package', id);
  }
}

/** The attributes that the patch names, as they are now. */
function modificationsOf(patch: Patched, record: VnfPkgRecord): Modifications {
  const { operationalState, userDefinedData, vnfmInfo = record.contents?.vnfd.vnfmInfo ?? [] } = record;
  return {
    ...(patch.operationalState !== undefined && { operationalState }),
    ...(patch.userDefinedData !== undefined && { userDefinedData }),
    ...(patch.vnfmInfo !== undefined && { vnfmInfo: [...vnfmInfo] }),
  };
}
