/**
 * What the replica that answers does beside requests, and how each task of it does.
 */
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import type { BackgroundView, TaskState } from '../../workflow/background/background-view.js';
import { Describe } from '../http/describe.js';
import { ApiTags } from '../http/described.js';
import { BACKGROUND, OPTIONS, type ApiOptions } from '../ports.js';
import { plain } from '../schemas/plain.js';
import { text } from '../schemas/shared.js';
import { answerCollection, readFrom, type Collection } from '../sol013/collection.js';
import type { Caller, ForCaller } from '../../shared/caller.js';
import { From } from '../http/from.js';

const backgroundTask = Type.Object({
  name: text,
  does: text,
  /** Absent: it runs only when it is asked for. */
  everyMs: Type.Optional(Type.Number()),
  /** True: one replica does it for all. */
  isDuty: Type.Boolean(),
  /** Whether the replica that answers does it. */
  isOnDuty: Type.Boolean(),
  underWay: Type.Integer(),
  /** When the oldest run under way began. */
  since: Type.Optional(text),
  /** True: a run takes longer than it may. */
  isOverdue: Type.Boolean(),
  runs: Type.Integer(),
  failures: Type.Integer(),
  failuresInRow: Type.Integer(),
  lastRun: Type.Optional(Type.Object({ began: text, tookMs: Type.Number() })),
  /** Absent: a run is under way, or comes when it is asked for. */
  nextInMs: Type.Optional(Type.Number()),
  lastError: Type.Optional(Type.Object({ at: text, text })),
});

const tasks: Collection<TaskState> = {
  schema: plain(backgroundTask),
  dropped: [],
  costly: [],
  keyOf: ({ name }) => name,
};

@ApiTags('nfvi')
@Controller('nfvi/v1')
export class BackgroundTasksController {
  constructor(
    @Inject(BACKGROUND) private readonly background: ForCaller<BackgroundView>,
    @Inject(OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Get('background-tasks')
  @Describe({
    role: 'viewer',
    summary: 'Background tasks of the replica that answers, and how each does',
    status: 200,
    body: Type.Array(backgroundTask),
    collection: true,
  })
  async list(
    @From() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly unknown[]> {
    const all = this.background.for(caller).states();
    return answerCollection(request, reply, tasks, {
      read: readFrom(all, tasks),
      render: bodyOf,
      paging: this.options,
    });
  }
}

function bodyOf({ idleSinceMs: _idle, sinceMs, last, lastError, ...task }: TaskState): Static<typeof backgroundTask> {
  return {
    ...task,
    ...(sinceMs !== undefined && { since: moment(sinceMs) }),
    ...(last && { lastRun: { began: moment(last.beganMs), tookMs: Math.round(last.tookMs) } }),
    ...(task.nextInMs !== undefined && { nextInMs: Math.round(task.nextInMs) }),
    ...(lastError && { lastError: { at: moment(lastError.atMs), text: lastError.text } }),
  };
}

const moment = (ms: number): string => new Date(ms).toISOString();
