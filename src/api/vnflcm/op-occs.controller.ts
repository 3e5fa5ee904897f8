/**
 * Operation occurrences and their tasks (SOL003 clauses 5.4.12 to 5.4.17).
 */
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { opOccId } from '../../shared/ids.js';
import type { OpOccHead, OperationRecords } from '../../store/operations.js';
import type { LcmCommands } from '../../workflow/commands.js';
import { checked } from '../http/check-body.js';
import { Describe } from '../http/describe.js';
import { ApiTags } from '../http/described.js';
import { etagOf } from '../http/etag.js';
import { limitOf } from '../http/limits.js';
import { expectOk, found } from '../http/problem-error.js';
import { RequestUris, type Uris } from '../http/uris.js';
import { LCM, OPTIONS, STORE, type ApiOptions } from '../ports.js';
import { plain } from '../schemas/plain.js';
import { answerCollection, type Collection } from '../sol013/collection.js';
import { keyOfMoment, momentIn } from '../sol013/paging.js';
import { opOccWhere } from './narrow-op-occs.js';
import { vnfLcmOpOcc } from './op-occ-schemas.js';
import { renderOpOcc, renderOpOccHead, type OpOccBody } from './render-op-occ.js';
import { cancelMode } from './request-schemas.js';
import type { Caller, ForCaller } from '../../shared/caller.js';
import { From } from '../http/from.js';

type CancelMode = Static<typeof cancelMode>;
const cancelling = checked<CancelMode, typeof cancelMode>(cancelMode);

/** Of operations that are asked for and not there. */
export const goneWithTime = 'Operations are removed some time after their end (keepOperations, keepOperationDays).';

const opOccsCollection: Collection<OpOccHead> = {
  schema: plain(vnfLcmOpOcc),
  dropped: ['operationParams', 'error', 'resourceChanges', 'changedInfo', 'changedExtConnectivity'],
  costly: ['operationParams', 'resourceChanges', 'changedInfo', 'changedExtConnectivity'],
  keyOf: ({ startTimeMs, id }) => keyOfMoment(startTimeMs, id),
};

@ApiTags('vnflcm')
@Controller('vnflcm/v2/vnf_lcm_op_occs')
export class OpOccsController {
  constructor(
    @Inject(STORE) private readonly store: ForCaller<Pick<OperationRecords, 'opOcc' | 'opOccPage' | 'journal'>>,
    @Inject(LCM) private readonly lcm: ForCaller<LcmCommands>,
    @Inject(OPTIONS) private readonly options: ApiOptions,
  ) {}

  /** As this version of the API writes it. */
  protected shape(body: OpOccBody): object {
    return body;
  }

  @Get()
  @Describe({
    role: 'viewer',
    summary: 'Query operation occurrences',
    status: 200,
    body: Type.Array(vnfLcmOpOcc),
    collection: true,
  })
  async list(
    @From() caller: Caller,
    @Req() request: FastifyRequest,
    @RequestUris() uris: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly unknown[]> {
    return answerCollection(request, reply, opOccsCollection, {
      read: (after, limit, narrowing) =>
        this.store
          .for(caller)
          .opOccPage({ ...(after !== undefined && { after: momentIn(after) }), limit }, opOccWhere(narrowing)),
      render: (head, whole) => (whole ? this.renderWhole(caller, head, uris) : this.shape(renderOpOccHead(head, uris))),
      paging: this.options,
    });
  }

  private async renderWhole(caller: Caller, { id }: OpOccHead, uris: Uris): Promise<object | undefined> {
    const occ = await this.store.for(caller).opOcc(id);
    return occ && this.shape(renderOpOcc(occ, await this.store.for(caller).journal(id), uris));
  }

  @Get(':vnfLcmOpOccId')
  @Describe({ role: 'viewer', summary: 'Read an operation occurrence', status: 200, body: vnfLcmOpOcc })
  async read(
    @From() caller: Caller,
    @Param('vnfLcmOpOccId') id: string,
    @RequestUris() uris: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const occ = found(await this.store.for(caller).opOcc(opOccId(id)), 'operation occurrence', id, goneWithTime);
    reply.header('etag', etagOf(occ.revision));
    return this.shape(renderOpOcc(occ, await this.store.for(caller).journal(occ.id), uris));
  }

  @Post(':vnfLcmOpOccId/retry')
  @HttpCode(202)
  @Describe({ role: 'operator', summary: 'Go on at the step that failed', status: 202 })
  async retry(@From() caller: Caller, @Param('vnfLcmOpOccId') id: string): Promise<void> {
    expectOk(await this.lcm.for(caller).retry(opOccId(id)));
  }

  @Post(':vnfLcmOpOccId/rollback')
  @HttpCode(202)
  @Describe({ role: 'operator', summary: 'Undo what was done, in reverse', status: 202 })
  async rollback(@From() caller: Caller, @Param('vnfLcmOpOccId') id: string): Promise<void> {
    expectOk(await this.lcm.for(caller).rollback(opOccId(id)));
  }

  @Post(':vnfLcmOpOccId/fail')
  @HttpCode(200)
  @Describe({ role: 'operator', summary: 'Give the operation up; what is real stays', status: 200, body: vnfLcmOpOcc })
  async fail(@From() caller: Caller, @Param('vnfLcmOpOccId') id: string, @RequestUris() uris: Uris): Promise<object> {
    const occ = expectOk(await this.lcm.for(caller).fail(opOccId(id)));
    return this.shape(renderOpOcc(occ, await this.store.for(caller).journal(occ.id), uris));
  }

  @Post(':vnfLcmOpOccId/cancel')
  @HttpCode(202)
  @Describe({
    role: 'operator',
    bodyBytes: limitOf('smallJsonBytes'),
    summary: 'Ask the operation to stop at the next safe point',
    status: 202,
  })
  async cancel(
    @From() caller: Caller,
    @Param('vnfLcmOpOccId') id: string,
    @Body({ schema: cancelling }) body: CancelMode,
  ): Promise<void> {
    expectOk(await this.lcm.for(caller).cancel(opOccId(id), body.cancelMode));
  }
}
