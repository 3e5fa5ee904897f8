/**
 * The Prometheus page.
 */
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Describe } from '../http/describe.js';
import { ApiTags } from '../http/described.js';
import { METRICS, type MetricsPage } from '../ports.js';

const types = ['text/plain', 'application/openmetrics-text'];

@ApiTags('metrics')
@Controller()
export class MetricsController {
  constructor(@Inject(METRICS) private readonly metrics: MetricsPage) {}

  @Get('metrics')
  @Describe({ role: 'viewer', summary: 'Metrics in the Prometheus text format', status: 200, produces: types })
  async page(@Res({ passthrough: true }) reply: FastifyReply): Promise<Uint8Array> {
    void reply.type(this.metrics.contentType);
    return this.metrics.render();
  }
}
