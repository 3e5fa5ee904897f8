/**
 * What Berth's record says beside what the hosts have now (docs/backup.md).
 */
import { Controller, Get, Inject } from '@nestjs/common';
import { Type, type Static } from 'typebox';
import type { Comparison } from '../../workflow/commands.js';
import { Describe } from '../http/describe.js';
import { ApiTags } from '../http/described.js';
import { COMPARISON } from '../ports.js';
import { text } from '../schemas/shared.js';
import type { Caller, ForCaller } from '../../shared/caller.js';
import { From } from '../http/from.js';

const difference = Type.Object({
  kind: text,
  hostId: Type.Optional(text),
  subject: text,
  vnfInstanceId: Type.Optional(text),
  detail: text,
});
const differences = Type.Object({
  /** Of all, `differences` holds the first. */
  count: Type.Integer(),
  differences: Type.Array(difference),
  notCompared: Type.Array(Type.Object({ hostId: text, why: text })),
});

/** Of each kind of list in one answer. */
const most = 2000;

@ApiTags('nfvi')
@Controller('nfvi/v1')
export class DifferencesController {
  constructor(@Inject(COMPARISON) private readonly comparison: ForCaller<Comparison>) {}

  @Get('differences')
  @Describe({
    role: 'viewer',
    summary: 'Where the hosts differ from the record, asked of them now',
    status: 200,
    body: differences,
  })
  async compare(@From() caller: Caller): Promise<Static<typeof differences>> {
    const found = await this.comparison.for(caller).compare();
    return {
      count: found.differences.length,
      differences: found.differences.slice(0, most),
      notCompared: found.notCompared.slice(0, most),
    };
  }
}
