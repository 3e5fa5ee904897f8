/**
 * Whether the process lives and whether it can work. Neither needs a token, neither tells more than names.
 */
import { Controller, Get, HttpStatus, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Type, type Static } from 'typebox';
import { errorText } from '../../shared/error-text.js';
import { Describe } from '../http/describe.js';
import { ApiTags } from '../http/described.js';
import { READINESS, type ReadinessCheck } from '../ports.js';
import { text } from '../schemas/shared.js';

const health = Type.Object({ status: text });
const readiness = Type.Object({
  ready: Type.Boolean(),
  missing: Type.Array(Type.Object({ name: text, detail: text })),
});

@ApiTags('health')
@Controller()
export class HealthController {
  constructor(@Inject(READINESS) private readonly checks: readonly ReadinessCheck[]) {}

  @Get('healthz')
  @Describe({ role: 'anyone', summary: 'The process is alive', status: 200, body: health })
  alive(): Static<typeof health> {
    return { status: 'alive' };
  }

  @Get('readyz')
  @Describe({
    role: 'anyone',
    summary: 'Berth can work; lists what is missing (503 then)',
    status: 200,
    body: readiness,
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Static<typeof readiness>> {
    const results = await Promise.all(this.checks.map(resultOf));
    const missing = results.filter((result) => result !== undefined);
    if (missing.length > 0) void reply.code(HttpStatus.SERVICE_UNAVAILABLE);
    return { ready: missing.length === 0, missing };
  }
}

async function resultOf(each: ReadinessCheck): Promise<{ name: string; detail: string } | undefined> {
  const detail = await each.check().catch(errorText);
  return detail === undefined ? undefined : { name: each.name, detail };
}
