/**
 * Which software components there are in onboarded packages, and where they run (docs/sbom.md).
 */
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { VnfInstance } from '../../lifecycle/model.js';
import { vnfInstanceId, vnfPkgId } from '../../shared/ids.js';
import type { InstanceRecords } from '../../store/instances.js';
import type { PackageRecords } from '../../store/packages.js';
import type { ComponentKey, ComponentWhere, KnownComponent, Sboms } from '../../store/sbom.js';
import { Describe } from '../http/describe.js';
import { ApiQuery, ApiTags } from '../http/described.js';
import { namedQuery } from '../http/named-query.js';
import { found, refusal } from '../http/problem-error.js';
import { OPTIONS, STORE, type ApiOptions } from '../ports.js';
import { plain } from '../schemas/plain.js';
import { answerCollection, type Collection } from '../sol013/collection.js';
import { markerOf, UnknownMarker } from '../sol013/paging.js';
import { ComponentRendering, vnfcsWith } from './render-component.js';
import { componentOfPackage } from './sbom-schemas.js';
import type { Caller, ForCaller } from '../../shared/caller.js';
import { defined } from '../../shared/defined.js';
import { From } from '../http/from.js';

const componentsCollection: Collection<KnownComponent> = {
  schema: plain(componentOfPackage),
  dropped: [],
  costly: ['vnfInstances', 'vnfInstancesLeftOut'],
  keyOf: ({ packageId, seq }) => `${packageId}/${seq}`,
};

function keyIn(key: string): ComponentKey {
  const [, packageId, seq] = /^([^/]+)\/(\d{1,9})$/.exec(key) ?? [];
  if (packageId !== undefined && seq !== undefined) return { packageId, seq: Number(seq) };
  throw new UnknownMarker(`"${markerOf(key)}" is not a marker that Berth gave out`);
}

const parameters = ['component', 'version', 'vnfInstanceId', 'vnfPkgId'] as const;

interface Asked {
  readonly where: ComponentWhere;
  readonly instance?: VnfInstance;
}

@ApiTags('nfvi')
@Controller('nfvi/v1')
export class SbomController {
  constructor(
    @Inject(STORE)
    private readonly store: ForCaller<
      Sboms & Pick<PackageRecords, 'packagePage' | 'packageStates'> & Pick<InstanceRecords, 'instance'>
    >,
    @Inject(OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Get('sbom')
  @ApiQuery({ name: 'component', required: false, description: 'its name, or the package that it was built from' })
  @ApiQuery({ name: 'version', required: false, description: 'exactly' })
  @ApiQuery({ name: 'vnfInstanceId', required: false, description: 'what runs in this VNF instance' })
  @ApiQuery({ name: 'vnfPkgId', required: false, description: 'what this package brings' })
  @Describe({
    role: 'viewer',
    summary: 'Software components that packages bring, and where they run',
    status: 200,
    body: Type.Array(componentOfPackage),
    collection: true,
  })
  async list(
    @From() caller: Caller,
    @Query() query: Readonly<Record<string, unknown>>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly unknown[]> {
    const { where, instance } = await this.asked(caller, query);
    const rendering = new ComponentRendering(this.store.for(caller), instance);
    return answerCollection(request, reply, componentsCollection, {
      read: (after, limit) =>
        this.store.for(caller).componentPage({ ...(after !== undefined && { after: keyIn(after) }), limit }, where),
      render: (component, whole) => rendering.render(component, whole),
      paging: this.options,
    });
  }

  private async asked(caller: Caller, query: Readonly<Record<string, unknown>>): Promise<Asked> {
    const given = namedQuery<(typeof parameters)[number]>(query);
    const [name, version, inInstance, ofPackage] = parameters.map(given);
    if (name === undefined && inInstance === undefined && ofPackage === undefined) {
      const ways = 'component=<name>, vnfInstanceId=<id> or vnfPkgId=<id>';
      throw refusal('malformed-request', `Say which components are meant: give ${ways}, or several of them.`);
    }
    const where = {
      ...(name !== undefined && { name: name.toLowerCase() }),
      ...defined({ version }),
      ...(ofPackage !== undefined && { packageId: await this.packageId(caller, ofPackage) }),
    };
    return inInstance === undefined ? { where } : this.inInstance(caller, inInstance, where);
  }

  private async packageId(caller: Caller, id: string): Promise<string> {
    const states = await this.store.for(caller).packageStates([vnfPkgId(id)]);
    found(states.get(vnfPkgId(id)), 'VNF package', id);
    return id;
  }

  /** Of its package the SBOMs of what its VNFCs run; none while it is not instantiated. */
  private async inInstance(caller: Caller, id: string, where: ComponentWhere): Promise<Asked> {
    const instance = found(await this.store.for(caller).instance(vnfInstanceId(id)), 'VNF instance', id);
    const { vnfPkgId: packageId } = instance;
    const isOther = where.packageId !== undefined && where.packageId !== packageId;
    const all = isOther ? [] : await this.store.for(caller).sbomsOf(packageId);
    const sboms = all.filter((sbom) => vnfcsWith(instance, sbom).length > 0).map(({ no }) => no);
    return { where: { ...where, packageId, sboms }, instance };
  }
}
