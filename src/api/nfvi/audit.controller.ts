/**
 * What stands on hosts and in the data directory that nobody here owns, and its removal on request.
 */
import { Controller, Delete, Get, HttpCode, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import type { AuditEntry, AuditView } from '../../workflow/audit/audit-view.js';
import { Describe } from '../http/describe.js';
import { ApiTags } from '../http/described.js';
import { expectOk } from '../http/problem-error.js';
import { AUDIT, OPTIONS, type ApiOptions } from '../ports.js';
import { plain } from '../schemas/plain.js';
import { text, words } from '../schemas/shared.js';
import { answerCollection, readFrom, type Collection } from '../sol013/collection.js';
import type { Caller, ForCaller } from '../../shared/caller.js';
import { From } from '../http/from.js';

const auditEntry = Type.Object({
  id: text,
  kind: words('domain', 'volume', 'network', 'archive', 'allocation'),
  /** Absent: in the data directory of the Berth that answers. */
  hostId: Type.Optional(text),
  pool: Type.Optional(text),
  name: text,
  sizeBytes: Type.Optional(Type.Integer()),
  whose: words('this', 'other', 'unknown'),
  installationId: Type.Optional(text),
  seenSince: text,
});

const auditCollection: Collection<AuditEntry> = {
  schema: plain(auditEntry),
  dropped: [],
  costly: [],
  keyOf: (each) => each.id,
};

@ApiTags('nfvi')
@Controller('nfvi/v1')
export class AuditController {
  constructor(
    @Inject(AUDIT) private readonly audit: ForCaller<AuditView>,
    @Inject(OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Get('audit')
  @Describe({
    role: 'viewer',
    summary: 'What nobody here owns, as the last look at each host found it',
    status: 200,
    body: Type.Array(auditEntry),
    collection: true,
  })
  async list(
    @From() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly unknown[]> {
    const entries = this.audit.for(caller).entries();
    return answerCollection(request, reply, auditCollection, {
      read: readFrom(entries, auditCollection),
      render: bodyOf,
      paging: this.options,
    });
  }

  @Delete('audit/:auditId')
  @HttpCode(204)
  @Describe({ role: 'administrator', summary: 'Remove what nobody here owns', status: 204 })
  async remove(@From() caller: Caller, @Param('auditId') id: string): Promise<void> {
    expectOk(await this.audit.for(caller).remove(id));
  }
}

const bodyOf = ({ seenSinceMs, ...entry }: AuditEntry): Static<typeof auditEntry> => ({
  ...entry,
  seenSince: new Date(seenSinceMs).toISOString(),
});
