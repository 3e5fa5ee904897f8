/**
 * What a VNFC stands on, and how a host is set up, asked of them now (docs/stack.md, docs/host-audit.md).
 */
import { Controller, Get, Inject, Param } from '@nestjs/common';
import type { Static } from 'typebox';
import { hostId, vnfcId } from '../../shared/ids.js';
import type { HostAudits, Stacks, MeasuredPlacement } from '../../workflow/commands.js';
import { Describe } from '../http/describe.js';
import { ApiTags } from '../http/described.js';
import { expectOk, found } from '../http/problem-error.js';
import { HOST_AUDITS, STACKS } from '../ports.js';
import { hostAudit, stack, vnfcPlacement } from './stack-schemas.js';
import type { Caller, ForCaller } from '../../shared/caller.js';
import { From } from '../http/from.js';

const gone = 'It may have been terminated or scaled in.';

@ApiTags('nfvi')
@Controller('nfvi/v1')
export class StackController {
  constructor(
    @Inject(STACKS) private readonly stacks: ForCaller<Stacks>,
    @Inject(HOST_AUDITS) private readonly audits: ForCaller<HostAudits>,
  ) {}

  @Get('vnfcs/:vnfcId/stack')
  @Describe({
    role: 'viewer',
    summary: 'One VNFC from its application to its cores, as planned and as it is now',
    status: 200,
    body: stack,
  })
  async stack(@From() caller: Caller, @Param('vnfcId') id: string): Promise<Static<typeof stack>> {
    const { readAtMs, layers, differences, ...read } = found(
      await this.stacks.for(caller).read(vnfcId(id)),
      'VNFC',
      id,
      gone,
    );
    return {
      ...read,
      readAt: new Date(readAtMs).toISOString(),
      layers: layers.map((layer) => ({ ...layer, rows: [...layer.rows] })),
      differences: [...differences],
    };
  }

  @Get('vnfcs/:vnfcId/placement')
  @Describe({
    role: 'viewer',
    summary: 'Where one VNFC was planned on its host, and where it is by the word of the host now',
    status: 200,
    body: vnfcPlacement,
  })
  async placement(@From() caller: Caller, @Param('vnfcId') id: string): Promise<Static<typeof vnfcPlacement>> {
    const read = found(await this.stacks.for(caller).placement(vnfcId(id)), 'VNFC', id, gone);
    return placementBody(read);
  }

  @Get('hosts/:hostId/audit')
  @Describe({
    role: 'viewer',
    summary: 'How a host is set up: what is wrong, why, and how to mend it',
    status: 200,
    body: hostAudit,
  })
  async audit(@From() caller: Caller, @Param('hostId') id: string): Promise<Static<typeof hostAudit>> {
    const {
      readAtMs,
      findings,
      checks,
      right,
      leftOut,
      hostId: of,
    } = expectOk(await this.audits.for(caller).audit(hostId(id)));
    return {
      ...{ hostId: of, readAt: new Date(readAtMs).toISOString() },
      ...{ findings: [...findings], checks: [...checks], right: [...right], leftOut },
    };
  }
}

const threadsBody = <T extends MeasuredPlacement['emulator']>({ planned, measured, ...rest }: T) => ({
  ...rest,
  planned: [...planned],
  ...(measured && { measured: [...measured] }),
});

const placementBody = ({ readAtMs, ...read }: MeasuredPlacement): Static<typeof vnfcPlacement> => ({
  ...read,
  readAt: new Date(readAtMs).toISOString(),
  vcpus: read.vcpus.map(threadsBody),
  emulator: threadsBody(read.emulator),
  memory: [...read.memory],
  pciFunctions: [...read.pciFunctions],
  findings: [...read.findings],
});
