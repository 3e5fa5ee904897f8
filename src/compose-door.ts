/**
 * The door to the outside: where it listens, with which certificate, and what is looked at again while it is open.
 */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { ApiOptions, ApiParts } from './api/ports.js';
import { createServer } from './api/server.js';
import { AppModule } from './app.module.js';
import { tokenCaller } from './shared/caller.js';
import { AuditLog } from './audit-log.js';
import type { BerthConfig } from './config/config.js';
import type { Background } from './workflow/background/background.js';
import type { Clock } from './shared/clock.js';
import { TlsCertificates } from './tls-certificates.js';

export class Door {
  #app: NestFastifyApplication | undefined;

  private constructor(
    private readonly config: BerthConfig,
    private readonly log: Logger,
    private readonly clock: Clock,
    /** Absent: no TLS. */
    readonly certificates: TlsCertificates | undefined,
    /** Absent: nobody wants one. */
    readonly auditLog: AuditLog | undefined,
  ) {}

  /** Its files are read and found right; nothing listens yet. */
  static async open(config: BerthConfig, log: Logger, clock: Clock): Promise<Door> {
    const certificates = config.tls && (await TlsCertificates.open(config.tls, log, clock));
    const auditLog = config.auditLog === undefined ? undefined : await AuditLog.open(config.auditLog, log);
    return new Door(config, log, clock, certificates, auditLog);
  }

  optionsOf(token: string, version: string): ApiOptions {
    const { openMetrics, pageSize, publicUrl, trustedProxies } = this.config;
    const credentials = [{ token, caller: tokenCaller }];
    return { credentials, version, clock: this.clock, openMetrics, pageSize, publicUrl, trustedProxies };
  }

  async lead(parts: ApiParts): Promise<void> {
    const { options, metrics } = parts;
    const tls = this.certificates?.options;
    const { log, auditLog, clock } = this;
    const audit = auditLog && ((entry: Readonly<Record<string, unknown>>) => auditLog.write(entry));
    this.#app = await createServer(AppModule.of(parts), { api: options, metrics, log, tls, audit, clock });
  }

  /** Resolves with the origin that answers. */
  async listen(background: Background): Promise<string> {
    const app = this.#app;
    if (app === undefined) throw new Error('the door leads nowhere yet');
    const { host, port } = this.config.listen;
    this.certificates?.watch(app.getHttpServer(), background);
    await app.listen(port, host);
    return app.getUrl();
  }

  /** Files that others renew or rotate. */
  async lookAgain(): Promise<void> {
    await this.certificates?.look();
  }

  async close(): Promise<void> {
    await this.#app?.close();
    await this.auditLog?.close();
  }
}
