/**
 * The files of a package, found by its id (SOL005 clauses 9.4.4 to 9.4.7).
 */
import type { Caller } from '../../shared/caller.js';
import { Controller } from '@nestjs/common';
import { vnfPkgId } from '../../shared/ids.js';
import type { VnfPkgRecord } from '../../store/packages.js';
import { found } from '../http/problem-error.js';
import { PackageFilesReading, type Params } from './package-files.js';
import { ApiTags } from '../http/described.js';

@ApiTags('vnfpkgm')
@Controller(['vnfpkgm/v2/vnf_packages/:vnfPkgId', 'vnfpkgm/v1/vnf_packages/:vnfPkgId'])
export class PackageFilesController extends PackageFilesReading {
  protected async record(caller: Caller, { vnfPkgId: id = '' }: Params): Promise<VnfPkgRecord> {
    return found(await this.store.for(caller).package(vnfPkgId(id)), 'VNF package', id);
  }
}
