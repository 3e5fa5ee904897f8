/**
 * Onboarded packages, found by the id of their VNFD (SOL003 clauses 10.4.2 and 10.4.3, v3.3.1): the way a VNFM knows them.
 */
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { Type } from 'typebox';
import { vnfdId } from '../../shared/ids.js';
import type { PackageRecords, VnfPkgRecord } from '../../store/packages.js';
import { Describe } from '../http/describe.js';
import { ApiTags } from '../http/described.js';
import { etagOf } from '../http/etag.js';
import { found } from '../http/problem-error.js';
import { HttpExchange, type Exchange } from '../http/send-file.js';
import { RequestUris, type Uris } from '../http/uris.js';
import { OPTIONS, STORE, type ApiOptions } from '../ports.js';
import { answerCollection } from '../sol013/collection.js';
import { PackageFilesReading, type Params } from './package-files.js';
import { packagesCollection, packageSources, renderPackage, type VnfPkgInfo } from './render-package.js';
import { vnfPkgInfo } from './schemas.js';
import type { Caller, ForCaller } from '../../shared/caller.js';
import { From } from '../http/from.js';

async function onboardedAs(store: Pick<PackageRecords, 'packageByVnfdId'>, id: string): Promise<VnfPkgRecord> {
  return found(await store.packageByVnfdId(vnfdId(id)), 'onboarded VNF package with vnfdId', id);
}

@ApiTags('vnfpkgm')
@Controller(['vnfpkgm/v2/onboarded_vnf_packages', 'vnfpkgm/v1/onboarded_vnf_packages'])
export class OnboardedPackagesController {
  constructor(
    @Inject(STORE)
    private readonly store: ForCaller<Pick<PackageRecords, 'package' | 'packageByVnfdId' | 'packagePage'>>,
    @Inject(OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Get()
  @Describe({
    role: 'viewer',
    summary: 'Query onboarded packages',
    status: 200,
    body: Type.Array(vnfPkgInfo),
    collection: true,
  })
  async list(
    @From() caller: Caller,
    @HttpExchange() { request, reply }: Exchange,
    @RequestUris() uris: Uris,
  ): Promise<readonly unknown[]> {
    const sources = packageSources(this.store.for(caller), uris, this.options, { onboarded: true });
    return answerCollection(request, reply, packagesCollection, sources);
  }

  @Get(':vnfdId')
  @Describe({
    role: 'viewer',
    summary: 'Read an onboarded package by the id of its VNFD',
    status: 200,
    body: vnfPkgInfo,
  })
  async read(
    @From() caller: Caller,
    @Param('vnfdId') id: string,
    @HttpExchange() { reply }: Exchange,
    @RequestUris() uris: Uris,
  ): Promise<VnfPkgInfo> {
    const record = await onboardedAs(this.store.for(caller), id);
    reply.header('etag', etagOf(record.revision));
    return renderPackage(record, uris);
  }
}

@ApiTags('vnfpkgm')
@Controller(['vnfpkgm/v2/onboarded_vnf_packages/:vnfdId', 'vnfpkgm/v1/onboarded_vnf_packages/:vnfdId'])
export class OnboardedPackageFilesController extends PackageFilesReading {
  protected record(caller: Caller, { vnfdId: id = '' }: Params): Promise<VnfPkgRecord> {
    return onboardedAs(this.store.for(caller), id);
  }
}
