/**
 * A backup of this Berth, taken while it works (docs/backup.md). One at a time.
 */
import { Controller, Get, Inject, StreamableFile } from '@nestjs/common';
import { Readable } from 'node:stream';
import { Describe } from '../http/describe.js';
import { ApiTags } from '../http/described.js';
import { expectOk } from '../http/problem-error.js';
import { HttpExchange, type Exchange } from '../http/send-file.js';
import { BACKUPS, type Backups } from '../ports.js';
import type { Caller, ForCaller } from '../../shared/caller.js';
import { From } from '../http/from.js';

const type = 'application/x-tar';

@ApiTags('nfvi')
@Controller('nfvi/v1')
export class BackupController {
  constructor(@Inject(BACKUPS) private readonly backups: ForCaller<Backups>) {}

  @Get('backup')
  @Describe({
    role: 'administrator',
    summary: 'A backup of database and package archives, taken now',
    status: 200,
    produces: [type],
  })
  async take(@From() caller: Caller, @HttpExchange() { reply }: Exchange): Promise<StreamableFile> {
    const backup = expectOk(await this.backups.for(caller).take());
    // Sent, broken off, or asked for by HEAD, which reads nothing.
    reply.raw.once('close', () => void backup.remove());
    const content = Readable.from(backup.read(), { objectMode: false });
    return new StreamableFile(content, { type, length: backup.sizeBytes });
  }
}
