/**
 * Questions about placement: why an operation was placed or refused as it was, what would be if, how much more fits, and
 * which moves would make room.
 */
import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import type { LcmOpOcc } from '../../lifecycle/model.js';
import { explanationText } from '../../placement/explanation/abridged.js';
import type { Explanation } from '../../placement/model.js';
import type { Defragmentation } from '../../placement/what-if/defragment.js';
import { opOccId } from '../../shared/ids.js';
import type { DecidedOperation, OperationRecords } from '../../store/operations.js';
import type {
  CapacityQuery,
  DefragmentRequest,
  DryRunAnswer,
  DryRunRequest,
  PlacementQuestions,
} from '../../workflow/commands.js';
import { checked } from '../http/check-body.js';
import { Describe } from '../http/describe.js';
import { ApiQuery, ApiTags } from '../http/described.js';
import { limitOf } from '../http/limits.js';
import { negotiate } from '../http/media-types.js';
import { namedQuery } from '../http/named-query.js';
import { expectOk, found, refusal } from '../http/problem-error.js';
import { OPTIONS, QUESTIONS, STORE, type ApiOptions } from '../ports.js';
import { plain } from '../schemas/plain.js';
import { opOccWhere } from '../vnflcm/narrow-op-occs.js';
import { goneWithTime } from '../vnflcm/op-occs.controller.js';
import { answerCollection, type Collection } from '../sol013/collection.js';
import { keyOfMoment, momentIn } from '../sol013/paging.js';
import {
  capacity,
  defragmentation,
  defragmentRequest,
  dryRunAnswer,
  dryRunRequest,
  explanation,
  placementOfOperation,
} from './placement-schemas.js';
import type { Caller, ForCaller } from '../../shared/caller.js';
import { defined } from '../../shared/defined.js';
import { From } from '../http/from.js';

const dryRunBody = checked<DryRunRequest, typeof dryRunRequest>(dryRunRequest);
const defragmentBody = checked<DefragmentRequest, typeof defragmentRequest>(defragmentRequest);

const json = 'application/json';
const plainText = 'text/plain';

/** Hosts that a capacity answer lists; the limits count all of them. */
const mostHosts = 100;

/** The explanation is kept as JSON; only placement writes it. */
const explanationOf = (occ: Pick<LcmOpOcc, 'explanation'>): Explanation | undefined =>
  (occ.explanation ?? undefined) as Explanation | undefined;

const placementsCollection: Collection<DecidedOperation> = {
  schema: plain(placementOfOperation),
  dropped: [],
  costly: [],
  keyOf: ({ startTimeMs, id }) => keyOfMoment(startTimeMs, id),
};

function renderPlacement(occ: DecidedOperation): Static<typeof placementOfOperation> | undefined {
  const kept = explanationOf(occ);
  return (
    kept && {
      vnfLcmOpOccId: occ.id,
      vnfInstanceId: occ.vnfInstanceId,
      operation: occ.operation,
      startTime: new Date(occ.startTimeMs).toISOString(),
      decision: kept.decision,
      summary: kept.summary,
    }
  );
}

@ApiTags('nfvi')
@Controller('nfvi/v1')
export class PlacementsController {
  constructor(
    @Inject(STORE) private readonly store: ForCaller<Pick<OperationRecords, 'decision' | 'decidedPage'>>,
    @Inject(QUESTIONS) private readonly questions: ForCaller<PlacementQuestions>,
    @Inject(OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Post('placements/dry-run')
  @HttpCode(200)
  @Describe({
    role: 'viewer',
    summary: 'Whether something would fit, and where; claims nothing',
    status: 200,
    body: dryRunAnswer,
  })
  async dryRun(@From() caller: Caller, @Body({ schema: dryRunBody }) body: DryRunRequest): Promise<DryRunAnswer> {
    return expectOk(await this.questions.for(caller).dryRun(body));
  }

  @Get('placements')
  @Describe({
    role: 'viewer',
    summary: 'Decisions on where to place, the oldest first',
    status: 200,
    body: Type.Array(placementOfOperation),
    collection: true,
  })
  async placements(
    @From() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly unknown[]> {
    return answerCollection(request, reply, placementsCollection, {
      read: (after, limit, narrowing) =>
        this.store
          .for(caller)
          .decidedPage(
            { ...(after !== undefined && { after: momentIn(after) }), limit },
            opOccWhere(narrowing, 'vnfLcmOpOccId'),
          ),
      render: renderPlacement,
      paging: this.options,
    });
  }

  @Get('placements/:opOccId')
  @Describe({
    role: 'viewer',
    summary: 'Why an operation was placed or refused as it was',
    status: 200,
    body: explanation,
    produces: [json, plainText],
  })
  async placement(
    @From() caller: Caller,
    @Param('opOccId') id: string,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Explanation | string> {
    const decided = await this.store.for(caller).decision(opOccId(id));
    const kept = found(decided && explanationOf(decided), 'placement of an operation', id, goneWithTime);
    const type = negotiate(accept, [json, plainText]);
    if (type !== plainText) return kept;
    reply.type(`${plainText}; charset=utf-8`);
    return explanationText(kept);
  }

  @Get('capacity')
  @ApiQuery({ name: 'vnfd' })
  @ApiQuery({ name: 'flavour', required: false })
  @ApiQuery({ name: 'level', required: false })
  @ApiQuery({ name: 'reserve', required: false, description: 'n+1: any one host may fail' })
  @Describe({
    role: 'viewer',
    summary: 'How many more VNFs of a package fit, and what runs out',
    status: 200,
    body: capacity,
  })
  async capacity(
    @From() caller: Caller,
    @Query() query: Readonly<Record<string, unknown>>,
  ): Promise<Static<typeof capacity>> {
    const { hosts, limits, ...numbers } = expectOk(await this.questions.for(caller).capacity(capacityQuery(query)));
    const left = hosts.length - mostHosts;
    const shown = { limits: [...limits], hosts: hosts.slice(0, mostHosts) };
    return { ...numbers, ...shown, ...(left > 0 && { hostsLeftOut: left }) };
  }

  @Post('defragment')
  @HttpCode(200)
  @Describe({
    role: 'viewer',
    bodyBytes: limitOf('smallJsonBytes'),
    summary: 'Moves that would make room; makes none of them',
    status: 200,
    body: defragmentation,
  })
  async defragment(
    @From() caller: Caller,
    @Body({ schema: defragmentBody }) body: DefragmentRequest,
  ): Promise<Defragmentation> {
    return expectOk(await this.questions.for(caller).defragment(body));
  }
}

function capacityQuery(query: Readonly<Record<string, unknown>>): CapacityQuery {
  const given = namedQuery<'vnfd' | 'flavour' | 'level' | 'reserve'>(query);
  const [vnfdId, flavourId, levelId] = [given('vnfd'), given('flavour'), given('level')];
  // A plus sign in a query is a space to most clients.
  const reserve = given('reserve')?.replace(' ', '+') ?? 'none';
  if (vnfdId === undefined) throw refusal('malformed-request', 'Say which VNF: capacity?vnfd=<vnfdId>.');
  if (reserve !== 'none' && reserve !== 'n+1') throw refusal('malformed-request', 'reserve is none or n+1.');
  return {
    vnfdId,
    reserve,
    ...defined({ flavourId, levelId }),
  };
}
