/**
 * What a package is made of comes in (SOL005 clause 9.4.5, v3.3.1).
 */
import { Controller, HttpCode, Inject, Param, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { vnfPkgId } from '../../shared/ids.js';
import type { PackageRecords, VnfPkgRecord } from '../../store/packages.js';
import type { PackageCommands } from '../../workflow/commands.js';
import { streamedTypes } from '../http/body-parsers.js';
import { Describe } from '../http/describe.js';
import { ApiTags } from '../http/described.js';
import { endOnSilence } from '../http/end-on-silence.js';
import { bareType } from '../http/media-types.js';
import { expectOk, found, ProblemError, refusal } from '../http/problem-error.js';
import { RequestUris, type Uris } from '../http/uris.js';
import { PACKAGES, STORE } from '../ports.js';
import { boundaryOf, filePart } from './multipart.js';
import type { Caller, ForCaller } from '../../shared/caller.js';
import { From } from '../http/from.js';

@ApiTags('vnfpkgm')
@Controller(['vnfpkgm/v2/vnf_packages/:vnfPkgId', 'vnfpkgm/v1/vnf_packages/:vnfPkgId'])
export class PackageContentController {
  constructor(
    @Inject(STORE) private readonly store: ForCaller<Pick<PackageRecords, 'package'>>,
    @Inject(PACKAGES) private readonly packages: ForCaller<PackageCommands>,
  ) {}

  @Put('package_content')
  @HttpCode(202)
  @Describe({
    role: 'operator',
    summary: 'Upload the CSAR; onboarding goes on by itself',
    status: 202,
    consumes: streamedTypes,
  })
  async upload(
    @From() caller: Caller,
    @Param('vnfPkgId') id: string,
    @Req() request: FastifyRequest,
    @RequestUris() uris: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const record = await this.record(caller, id);
    endOnSilence(request.raw);
    const upload = await uploadOf(request);
    const outcome = await this.packages.for(caller).upload(record.id, upload.content(), upload.expectedBytes);
    // What the form says wrongly is the client's to mend, not an upload that broke.
    if (upload.refused) throw upload.refused;
    expectOk(outcome);
    reply.header('location', uris.package(id));
  }

  private async record(caller: Caller, id: string): Promise<VnfPkgRecord> {
    return found(await this.store.for(caller).package(vnfPkgId(id)), 'VNF package', id);
  }
}

/** What a request brings, and why it could not be read to its end. */
class Upload {
  refused: ProblemError | undefined;
  readonly #bytes: AsyncIterable<Uint8Array>;

  /** `expectedBytes`: as far as the request tells. */
  constructor(
    bytes: AsyncIterable<Uint8Array>,
    readonly expectedBytes?: number,
  ) {
    this.#bytes = bytes;
  }

  async *content(): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#bytes;
    } catch (error) {
      if (error instanceof ProblemError) this.refused = error;
      throw error;
    }
  }
}

async function uploadOf(request: FastifyRequest): Promise<Upload> {
  const body = request.body as Readable | undefined;
  const { 'content-type': type, 'content-length': length, 'content-range': range } = request.headers;
  if (body === undefined || type === undefined)
    throw refusal('malformed-request', 'The request has no package in its body.');
  if (range !== undefined)
    throw refusal('malformed-request', `A package is uploaded as a whole, not in parts (Content-Range: ${range}).`);
  if (bareType(type) === 'multipart/form-data') return new Upload(await filePart(body, boundaryOf(type)));
  return new Upload(body, length === undefined ? undefined : Number(length));
}
