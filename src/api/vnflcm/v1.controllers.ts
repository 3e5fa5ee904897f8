/**
 * vnflcm/v1 (SOL003 v2.7.1), for clients that do not know v2: the resources, states and operations of v2 under another path
 * and in another shape. Routes that are not here are those of v2.
 */
import { Body, Controller, Get, HttpCode, Patch, Post } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import type { ChangeExtVnfConnectivityRequest } from '../../lifecycle/operations/change-ext-conn.js';
import type { InstantiateVnfRequest } from '../../lifecycle/operations/instantiate.js';
import type { VnfInfoModificationRequest } from '../../lifecycle/operations/modify-info.js';
import type { Caller } from '../../shared/caller.js';
import type { CreateVnfRequest } from '../../lifecycle/requests.js';
import { checked, checkedAs } from '../http/check-body.js';
import { Describe } from '../http/describe.js';
import { ApiTags } from '../http/described.js';
import type { Uris } from '../http/uris.js';
import { plain } from '../schemas/plain.js';
import { InstanceTasksController } from './instance-tasks.controller.js';
import { InstancesController, instancesCollection } from './instances.controller.js';
import { OpOccsController } from './op-occs.controller.js';
import type { VnfInstanceBody } from './render-instance.js';
import type { OpOccBody } from './render-op-occ.js';
import {
  changeExtVnfConnectivityRequestV1,
  instantiateVnfRequestV1,
  vnfInfoModificationRequestV1,
  vnfInstanceV1,
} from './v1-schemas.js';
import { instanceV1, instantiationOf, modificationOf, opOccV1, reconnectionOf } from './v1-shape.js';

type InstantiateV1 = Static<typeof instantiateVnfRequestV1>;
type ReconnectionV1 = Static<typeof changeExtVnfConnectivityRequestV1>;
type ModificationV1 = Static<typeof vnfInfoModificationRequestV1>;

const instantiation = checkedAs(
  checked<InstantiateV1, typeof instantiateVnfRequestV1>(instantiateVnfRequestV1),
  instantiationOf,
);
const reconnecting = checkedAs(
  checked<ReconnectionV1, typeof changeExtVnfConnectivityRequestV1>(changeExtVnfConnectivityRequestV1),
  reconnectionOf,
);
const modification = checkedAs(
  checked<ModificationV1, typeof vnfInfoModificationRequestV1>(vnfInfoModificationRequestV1),
  modificationOf,
);

@ApiTags('vnflcm v1')
@Controller('vnflcm/v1/vnf_instances')
export class InstancesV1Controller extends InstancesController {
  protected override readonly collection = { ...instancesCollection, schema: plain(vnfInstanceV1) };

  protected override shape(body: VnfInstanceBody): object {
    return instanceV1(body);
  }

  @Post()
  @Describe({ role: 'operator', summary: 'Create a VNF instance resource', status: 201, body: vnfInstanceV1 })
  override create(caller: Caller, body: CreateVnfRequest, uris: Uris, reply: FastifyReply): Promise<object> {
    return super.create(caller, body, uris, reply);
  }

  @Get()
  @Describe({
    role: 'viewer',
    summary: 'Query VNF instances',
    status: 200,
    body: Type.Array(vnfInstanceV1),
    collection: true,
  })
  override list(caller: Caller, request: FastifyRequest, uris: Uris, reply: FastifyReply): Promise<readonly unknown[]> {
    return super.list(caller, request, uris, reply);
  }

  @Get(':vnfInstanceId')
  @Describe({ role: 'viewer', summary: 'Read a VNF instance', status: 200, body: vnfInstanceV1 })
  override read(caller: Caller, id: string, uris: Uris, reply: FastifyReply): Promise<object> {
    return super.read(caller, id, uris, reply);
  }

  @Patch(':vnfInstanceId')
  @HttpCode(202)
  @Describe({ role: 'operator', summary: 'Modify a VNF instance; Location is the operation occurrence', status: 202 })
  override modify(
    caller: Caller,
    id: string,
    ifMatch: string | undefined,
    @Body({ schema: modification }) body: VnfInfoModificationRequest,
    uris: Uris,
    reply: FastifyReply,
  ): Promise<void> {
    return super.modify(caller, id, ifMatch, body, uris, reply);
  }
}

@ApiTags('vnflcm v1')
@Controller('vnflcm/v1/vnf_instances/:vnfInstanceId')
export class InstanceTasksV1Controller extends InstanceTasksController {
  @Post('instantiate')
  @HttpCode(202)
  @Describe({ role: 'operator', summary: 'Instantiate: place, create and start the VNFCs', status: 202 })
  override instantiate(
    caller: Caller,
    id: string,
    @Body({ schema: instantiation }) body: InstantiateVnfRequest,
    uris: Uris,
    reply: FastifyReply,
  ): Promise<void> {
    return super.instantiate(caller, id, body, uris, reply);
  }

  @Post('change_ext_conn')
  @HttpCode(202)
  @Describe({
    role: 'operator',
    summary: 'Connect external connection points to other networks, or to none',
    status: 202,
  })
  override changeExtConn(
    caller: Caller,
    id: string,
    @Body({ schema: reconnecting }) body: ChangeExtVnfConnectivityRequest,
    uris: Uris,
    reply: FastifyReply,
  ): Promise<void> {
    return super.changeExtConn(caller, id, body, uris, reply);
  }
}

@ApiTags('vnflcm v1')
@Controller('vnflcm/v1/vnf_lcm_op_occs')
export class OpOccsV1Controller extends OpOccsController {
  protected override shape(body: OpOccBody): object {
    return opOccV1(body);
  }
}
