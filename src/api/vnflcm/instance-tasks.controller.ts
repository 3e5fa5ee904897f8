/**
 * Tasks on a VNF instance (SOL003 clauses 5.4.4 to 5.4.10). Each answers 202 once the operation occurrence is recorded.
 */
import { Body, Controller, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { LcmOpOcc } from '../../lifecycle/model.js';
import type { RequestOf } from '../../lifecycle/operations/table.js';
import { vnfInstanceId } from '../../shared/ids.js';
import type { Outcome } from '../../shared/outcome.js';
import type { LcmCommands } from '../../workflow/commands.js';
import { checked } from '../http/check-body.js';
import { Describe } from '../http/describe.js';
import { ApiTags } from '../http/described.js';
import { expectOk } from '../http/problem-error.js';
import { RequestUris, type Uris } from '../http/uris.js';
import { LCM } from '../ports.js';
import {
  changeExtVnfConnectivityRequest,
  instantiateVnfRequest,
  operateVnfRequest,
  scaleVnfRequest,
  terminateVnfRequest,
} from './request-schemas.js';
import type { Caller, ForCaller } from '../../shared/caller.js';
import { From } from '../http/from.js';

const instantiation = checked<RequestOf<'INSTANTIATE'>, typeof instantiateVnfRequest>(instantiateVnfRequest);
const scaling = checked<RequestOf<'SCALE'>, typeof scaleVnfRequest>(scaleVnfRequest);
const operating = checked<RequestOf<'OPERATE'>, typeof operateVnfRequest>(operateVnfRequest);
const reconnecting = checked<RequestOf<'CHANGE_EXT_CONN'>, typeof changeExtVnfConnectivityRequest>(
  changeExtVnfConnectivityRequest,
);
const termination = checked<RequestOf<'TERMINATE'>, typeof terminateVnfRequest>(terminateVnfRequest);

@ApiTags('vnflcm')
@Controller('vnflcm/v2/vnf_instances/:vnfInstanceId')
export class InstanceTasksController {
  constructor(@Inject(LCM) private readonly lcm: ForCaller<LcmCommands>) {}

  @Post('instantiate')
  @HttpCode(202)
  @Describe({ role: 'operator', summary: 'Instantiate: place, create and start the VNFCs', status: 202 })
  async instantiate(
    @From() caller: Caller,
    @Param('vnfInstanceId') id: string,
    @Body({ schema: instantiation }) body: RequestOf<'INSTANTIATE'>,
    @RequestUris() uris: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    accept(await this.lcm.for(caller).begin('INSTANTIATE', vnfInstanceId(id), body), uris, reply);
  }

  @Post('scale')
  @HttpCode(202)
  @Describe({ role: 'operator', summary: 'Scale out or in by steps of an aspect', status: 202 })
  async scale(
    @From() caller: Caller,
    @Param('vnfInstanceId') id: string,
    @Body({ schema: scaling }) body: RequestOf<'SCALE'>,
    @RequestUris() uris: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    accept(await this.lcm.for(caller).begin('SCALE', vnfInstanceId(id), body), uris, reply);
  }

  @Post('operate')
  @HttpCode(202)
  @Describe({ role: 'operator', summary: 'Start or stop the VNFCs', status: 202 })
  async operate(
    @From() caller: Caller,
    @Param('vnfInstanceId') id: string,
    @Body({ schema: operating }) body: RequestOf<'OPERATE'>,
    @RequestUris() uris: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    accept(await this.lcm.for(caller).begin('OPERATE', vnfInstanceId(id), body), uris, reply);
  }

  @Post('change_ext_conn')
  @HttpCode(202)
  @Describe({
    role: 'operator',
    summary: 'Connect external connection points to other networks, or to none',
    status: 202,
  })
  async changeExtConn(
    @From() caller: Caller,
    @Param('vnfInstanceId') id: string,
    @Body({ schema: reconnecting }) body: RequestOf<'CHANGE_EXT_CONN'>,
    @RequestUris() uris: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    accept(await this.lcm.for(caller).begin('CHANGE_EXT_CONN', vnfInstanceId(id), body), uris, reply);
  }

  @Post('terminate')
  @HttpCode(202)
  @Describe({ role: 'operator', summary: 'Terminate: stop and remove the VNFCs, release what they hold', status: 202 })
  async terminate(
    @From() caller: Caller,
    @Param('vnfInstanceId') id: string,
    @Body({ schema: termination }) body: RequestOf<'TERMINATE'>,
    @RequestUris() uris: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    accept(await this.lcm.for(caller).begin('TERMINATE', vnfInstanceId(id), body), uris, reply);
  }
}

function accept(outcome: Outcome<LcmOpOcc>, uris: Uris, reply: FastifyReply): void {
  reply.header('location', uris.opOcc(expectOk(outcome).id));
}
