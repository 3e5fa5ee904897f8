/**
 * VNF instances (SOL003 clauses 5.4.2 and 5.4.3): create, read, modify, delete.
 */
import { Body, Controller, Delete, Get, Headers, HttpCode, Inject, Param, Patch, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { VnfInstance } from '../../lifecycle/model.js';
import type { VnfInfoModificationRequest } from '../../lifecycle/operations/modify-info.js';
import type { CreateVnfRequest } from '../../lifecycle/requests.js';
import { vnfInstanceId } from '../../shared/ids.js';
import type { InstanceHead, InstanceRecords, InstanceWhere } from '../../store/instances.js';
import type { PackageRecords } from '../../store/packages.js';
import type { LcmCommands } from '../../workflow/commands.js';
import type { FleetView } from '../../workflow/hosts/fleet-view.js';
import { checked } from '../http/check-body.js';
import { Describe } from '../http/describe.js';
import { ApiTags } from '../http/described.js';
import { etagOf, revisionOf } from '../http/etag.js';
import { expectOk, found } from '../http/problem-error.js';
import { RequestUris, type Uris } from '../http/uris.js';
import { FLEET, LCM, OPTIONS, STORE, type ApiOptions } from '../ports.js';
import { plain } from '../schemas/plain.js';
import { answerCollection, type Collection } from '../sol013/collection.js';
import type { Narrowing } from '../sol013/narrowing.js';
import { vnfInstance } from './instance-schemas.js';
import { renderInstance, renderInstanceHead, type InstanceContext, type VnfInstanceBody } from './render-instance.js';
import { createVnfRequest, vnfInfoModificationRequest } from './request-schemas.js';
import type { Caller, ForCaller } from '../../shared/caller.js';
import { defined } from '../../shared/defined.js';
import { From } from '../http/from.js';

const creation = checked<CreateVnfRequest, typeof createVnfRequest>(createVnfRequest);
const modification = checked<VnfInfoModificationRequest, typeof vnfInfoModificationRequest>(vnfInfoModificationRequest);

export const instancesCollection: Collection<InstanceHead> = {
  schema: plain(vnfInstance),
  dropped: ['vnfConfigurableProperties', 'vimConnectionInfo', 'instantiatedVnfInfo', 'metadata', 'extensions'],
  costly: ['vimConnectionInfo', 'instantiatedVnfInfo'],
  keyOf: (each) => each.id,
};

@ApiTags('vnflcm')
@Controller('vnflcm/v2/vnf_instances')
export class InstancesController {
  protected readonly collection = instancesCollection;

  constructor(
    @Inject(STORE)
    private readonly store: ForCaller<
      Pick<InstanceRecords, 'instance' | 'instancePage'> & Pick<PackageRecords, 'scalingOf'>
    >,
    @Inject(LCM) private readonly lcm: ForCaller<LcmCommands>,
    @Inject(FLEET) private readonly fleet: ForCaller<FleetView>,
    @Inject(OPTIONS) private readonly options: ApiOptions,
  ) {}

  /** As this version of the API writes it. */
  protected shape(body: VnfInstanceBody): object {
    return body;
  }

  @Post()
  @Describe({ role: 'operator', summary: 'Create a VNF instance resource', status: 201, body: vnfInstance })
  async create(
    @From() caller: Caller,
    @Body({ schema: creation }) body: CreateVnfRequest,
    @RequestUris() uris: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const instance = expectOk(await this.lcm.for(caller).create(body));
    reply.header('location', uris.instance(instance.id)).header('etag', etagOf(instance.revision));
    return this.shape(renderInstance(instance, { ...this.surroundings(caller, uris), aspects: [] }));
  }

  @Get()
  @Describe({
    role: 'viewer',
    summary: 'Query VNF instances',
    status: 200,
    body: Type.Array(vnfInstance),
    collection: true,
  })
  async list(
    @From() caller: Caller,
    @Req() request: FastifyRequest,
    @RequestUris() uris: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly unknown[]> {
    const around = this.surroundings(caller, uris);
    let aspects: (head: InstanceHead) => InstanceContext['aspects'] = () => [];
    return answerCollection(request, reply, this.collection, {
      read: async (after, limit, narrowing) => {
        const page = { ...defined({ after }), limit };
        const heads = await this.store.for(caller).instancePage(page, instanceWhere(narrowing));
        aspects = await this.aspectsOf(caller, heads);
        return heads;
      },
      render: async (head, whole) => {
        const context = { ...around, aspects: aspects(head) };
        if (!whole || head.flavourId === undefined) return this.shape(renderInstanceHead(head, context));
        const instance = await this.store.for(caller).instance(head.id);
        return instance && this.shape(renderInstance(instance, context));
      },
      paging: this.options,
    });
  }

  @Get(':vnfInstanceId')
  @Describe({ role: 'viewer', summary: 'Read a VNF instance', status: 200, body: vnfInstance })
  async read(
    @From() caller: Caller,
    @Param('vnfInstanceId') id: string,
    @RequestUris() uris: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const instance = await this.instance(caller, id);
    const { flavourId } = instance.instantiated ?? {};
    const head: InstanceHead = { ...instance, ...defined({ flavourId }) };
    const aspects = (await this.aspectsOf(caller, [head]))(head);
    reply.header('etag', etagOf(instance.revision));
    return this.shape(renderInstance(instance, { ...this.surroundings(caller, uris), aspects }));
  }

  @Patch(':vnfInstanceId')
  @HttpCode(202)
  @Describe({ role: 'operator', summary: 'Modify a VNF instance; Location is the operation occurrence', status: 202 })
  async modify(
    @From() caller: Caller,
    @Param('vnfInstanceId') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body({ schema: modification }) body: VnfInfoModificationRequest,
    @RequestUris() uris: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const before = await this.instance(caller, id);
    const occ = expectOk(
      await this.lcm.for(caller).begin('MODIFY_INFO', before.id, body, revisionOf(ifMatch, before.revision)),
    );
    reply.header('location', uris.opOcc(occ.id));
  }

  @Delete(':vnfInstanceId')
  @HttpCode(204)
  @Describe({ role: 'operator', summary: 'Delete a VNF instance that is not instantiated', status: 204 })
  async delete(
    @From() caller: Caller,
    @Param('vnfInstanceId') id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    const before = await this.instance(caller, id);
    expectOk(await this.lcm.for(caller).delete(before.id, revisionOf(ifMatch, before.revision)));
  }

  private surroundings(caller: Caller, uris: Uris) {
    return { fleet: this.fleet.for(caller), uris };
  }

  /** Aspects by which instances may scale, read at once for all of them. */
  private async aspectsOf(
    caller: Caller,
    heads: readonly InstanceHead[],
  ): Promise<(head: InstanceHead) => InstanceContext['aspects']> {
    const ids = new Set(heads.flatMap(({ vnfPkgId, flavourId }) => (flavourId === undefined ? [] : [vnfPkgId])));
    const scaling = ids.size === 0 ? undefined : await this.store.for(caller).scalingOf([...ids]);
    return ({ vnfPkgId, flavourId = '' }) => scaling?.get(vnfPkgId)?.[flavourId] ?? [];
  }

  private async instance(caller: Caller, id: string): Promise<VnfInstance> {
    return found(await this.store.for(caller).instance(vnfInstanceId(id)), 'VNF instance', id);
  }
}

function instanceWhere(narrowing: Narrowing): InstanceWhere {
  const [ids, vnfdIds, names] = ['id', 'vnfdId', 'vnfInstanceName'].map((name) => narrowing.allowed(name));
  return { ...(ids && { ids }), ...(vnfdIds && { vnfdIds }), ...(names && { names }) };
}
