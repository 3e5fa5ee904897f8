/**
 * What is inside a package: content, VNFD, manifest, artifacts (SOL005 clauses 9.4.4 to 9.4.7, v3.3.1).
 */
import { Controller, Get, HttpCode, Inject, Param, Put, Req, Res, StreamableFile } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { PackageFiles } from '../../artifacts/artifacts.js';
import type { VnfPackage } from '../../package/model.js';
import { vnfPkgId } from '../../shared/ids.js';
import type { Store, VnfPkgRecord } from '../../store/store.js';
import type { PackageCommands } from '../../workflow/commands.js';
import { streamedTypes } from '../http/body-parsers.js';
import { Describe } from '../http/describe.js';
import { bareType, negotiate } from '../http/media-types.js';
import { expectOk, found, refusal } from '../http/problem-error.js';
import { RequestUris, type Uris } from '../http/uris.js';
import { FILES, PACKAGES, STORE } from '../ports.js';
import { boundaryOf, filePart } from './multipart.js';
import { storedZip } from './stored-zip.js';

const zip = ['application/zip'];
const textOrZip = ['text/plain', 'application/zip'];

@ApiTags('vnfpkgm')
@Controller(['vnfpkgm/v2/vnf_packages/:vnfPkgId', 'vnfpkgm/v1/vnf_packages/:vnfPkgId'])
export class PackageContentController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(PACKAGES) private readonly packages: PackageCommands,
    @Inject(FILES) private readonly files: PackageFiles,
  ) {}

  @Put('package_content')
  @HttpCode(202)
  @RouteConfig({ consumes: streamedTypes })
  @Describe({ summary: 'Upload the CSAR; onboarding goes on by itself', status: 202, consumes: streamedTypes })
  async upload(
    @Param('vnfPkgId') id: string,
    @Req() request: FastifyRequest,
    @RequestUris() uris: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const record = await this.record(id);
    const { content, expectedBytes } = uploadOf(request);
    expectOk(await this.packages.upload(record.id, content, expectedBytes));
    reply.header('location', uris.package(id));
  }

  @Get('package_content')
  @RouteConfig({ produces: zip })
  @Describe({ summary: 'Download the CSAR', status: 200, produces: zip })
  async download(
    @Param('vnfPkgId') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { record } = await this.onboarded(id);
    reply.header('accept-ranges', 'none');
    const length = record.sizeBytes === undefined ? {} : { length: record.sizeBytes };
    return new StreamableFile(createReadStream(this.files.archivePath(record.id)), {
      type: 'application/zip',
      ...length,
    });
  }

  @Get('vnfd')
  @RouteConfig({ produces: textOrZip })
  @Describe({ summary: 'Read the VNFD', status: 200, produces: textOrZip })
  async vnfd(@Param('vnfPkgId') id: string, @Req() request: FastifyRequest): Promise<StreamableFile> {
    const { record, contents } = await this.onboarded(id);
    return this.answerFiles(record, contents.vnfdFiles, request, 'The VNFD');
  }

  @Get('manifest')
  @RouteConfig({ produces: textOrZip })
  @Describe({ summary: 'Read the manifest', status: 200, produces: textOrZip })
  async manifest(@Param('vnfPkgId') id: string, @Req() request: FastifyRequest): Promise<StreamableFile> {
    const { record, contents } = await this.onboarded(id);
    const path = found(contents.manifestPath, 'manifest in VNF package', id);
    return this.answerFiles(record, [path], request, 'The manifest');
  }

  @Get('artifacts/*')
  @RouteConfig({ produces: ['application/octet-stream', 'text/plain', 'application/zip'] })
  @Describe({ summary: 'Read one artifact by its path', status: 200, produces: ['application/octet-stream'] })
  @ApiParam({ name: 'path', description: 'The path inside the package, of any depth' })
  async artifact(@Param('vnfPkgId') id: string, @Req() request: FastifyRequest): Promise<StreamableFile> {
    // The router calls the rest of the path `*`; the page cannot show that as a name.
    const path = (request.params as Readonly<Record<string, string>>)['*'] ?? '';
    const { record, contents } = await this.onboarded(id);
    const listed = contents.additionalArtifacts.some((each) => each.path === path);
    const image = contents.softwareImages.find((each) => each.path === path);
    if (image) {
      const file = createReadStream(this.files.imagePath(image.sha256));
      return new StreamableFile(file, { type: 'application/octet-stream', length: image.sizeBytes });
    }
    const file = listed ? await this.files.stream(record.id, path) : undefined;
    const { content, sizeBytes } = found(file, `artifact of VNF package ${id} at`, path);
    return new StreamableFile(Readable.from(content), { type: 'application/octet-stream', length: sizeBytes });
  }

  /** One file as text or zip as the client likes, several only as zip. */
  private async answerFiles(
    record: VnfPkgRecord,
    paths: readonly string[],
    request: FastifyRequest,
    what: string,
  ): Promise<StreamableFile> {
    const offered = paths.length === 1 ? textOrZip : zip;
    const type = negotiate(request.headers.accept, offered);
    if (type === undefined)
      throw refusal('not-acceptable', `${what} has ${paths.length} files and is served as ${zip[0]}.`);
    const entries = await Promise.all(paths.map((path) => this.entry(record, path)));
    const [only] = entries;
    return asFile(type === 'text/plain' && only ? only.content : storedZip(entries), type);
  }

  private async entry(
    record: VnfPkgRecord,
    path: string,
  ): Promise<{ readonly path: string; readonly content: Uint8Array }> {
    return {
      path,
      content: found(await this.files.read(record.id, path), `file in VNF package ${record.id} at`, path),
    };
  }

  private async record(id: string): Promise<VnfPkgRecord> {
    return found(await this.store.package(vnfPkgId(id)), 'VNF package', id);
  }

  private async onboarded(id: string): Promise<{ readonly record: VnfPkgRecord; readonly contents: VnfPackage }> {
    const record = await this.record(id);
    if (record.contents !== undefined) return { record, contents: record.contents };
    throw refusal(
      'wrong-state',
      `VNF package ${id} is ${record.onboardingState}; its content is readable once ONBOARDED.`,
    );
  }
}

/** Downloads carry the bare media type: clients compare it as a whole. */
const asFile = (content: Uint8Array, type: string): StreamableFile =>
  new StreamableFile(content, { type, length: content.length });

interface Upload {
  readonly content: AsyncIterable<Uint8Array>;
  readonly expectedBytes: number | undefined;
}

function uploadOf(request: FastifyRequest): Upload {
  const body = request.body as Readable | undefined;
  const type = request.headers['content-type'];
  if (body === undefined || type === undefined)
    throw refusal('malformed-request', 'The request has no package in its body.');
  if (bareType(type) === 'multipart/form-data') {
    return { content: filePart(body, boundaryOf(type)), expectedBytes: undefined };
  }
  const length = request.headers['content-length'];
  return { content: body, expectedBytes: length === undefined ? undefined : Number(length) };
}
