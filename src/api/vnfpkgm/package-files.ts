/**
 * What is inside an onboarded package: content, VNFD, manifest, artifacts (SOL005 clauses 9.4.4 to 9.4.7, SOL003 clauses
 * 10.4.4 to 10.4.6; v3.3.1). The resources are the same below both kinds of package resource.
 */
import { Get, Inject, type StreamableFile } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { PackageFiles } from '../../artifacts/artifacts.js';
import type { VnfPackage } from '../../package/model.js';
import type { SecurityFiles } from '../../package/security-files.js';
import { toscaMetaPath } from '../../package/tosca-meta.js';
import type { PackageRecords, VnfPkgRecord } from '../../store/packages.js';
import { Describe } from '../http/describe.js';
import { ApiParam, ApiQuery } from '../http/described.js';
import { negotiate } from '../http/media-types.js';
import { found, refusal } from '../http/problem-error.js';
import { HttpExchange, sendFile, type Download, type Exchange } from '../http/send-file.js';
import { FILES, STORE } from '../ports.js';
import { artifactTypes, typeOf, typesOf } from './artifact-type.js';
import { chooseArtifacts, wantsSignatures, type Query } from './choose-artifacts.js';
import type { Caller, ForCaller } from '../../shared/caller.js';
import { From } from '../http/from.js';

const zip = 'application/zip';
const text = 'text/plain';

const flagged = (name: string) =>
  ApiQuery({ name, required: false, allowEmptyValue: true, schema: { type: 'string' } });
export const signatures = flagged('include_signatures');

export type Params = Readonly<Record<string, string | undefined>>;

interface Onboarded {
  readonly id: VnfPkgRecord['id'];
  readonly sha256: string;
  readonly contents: VnfPackage;
}

type Answer = Promise<StreamableFile | undefined>;

export abstract class PackageFilesReading {
  constructor(
    @Inject(STORE) protected readonly store: ForCaller<Pick<PackageRecords, 'package' | 'packageByVnfdId'>>,
    @Inject(FILES) private readonly files: ForCaller<PackageFiles>,
  ) {}

  /** The package that the path names; throws a 404. */
  protected abstract record(caller: Caller, params: Params): Promise<VnfPkgRecord>;

  @Get('package_content')
  @Describe({ role: 'viewer', summary: 'Download the package as it was uploaded', status: 200, produces: [zip] })
  async content(@From() caller: Caller, @HttpExchange() exchange: Exchange): Answer {
    const { id, sha256 } = await this.onboarded(caller, exchange);
    return sendFile(exchange, { file: await this.files.for(caller).archive(id), type: zip, tag: sha256 });
  }

  /** One file as text or zip as the client likes, several only as zip; with signatures always as zip. */
  @Get('vnfd')
  @signatures
  @Describe({ role: 'viewer', summary: 'Read the VNFD', status: 200, produces: [text, zip] })
  async vnfd(@From() caller: Caller, @HttpExchange() exchange: Exchange): Answer {
    const pkg = await this.onboarded(caller, exchange);
    const { vnfdFiles, manifestPath } = pkg.contents;
    if (!signed(exchange)) return this.sendText(caller, exchange, pkg, vnfdFiles, [toscaMetaPath, ...vnfdFiles]);
    const security = await this.files.for(caller).securityFiles(pkg.id);
    const papers = [...(manifestPath === undefined ? [] : [manifestPath]), ...security.certificates];
    return this.sendZip(caller, exchange, pkg, [
      toscaMetaPath,
      ...vnfdFiles,
      ...papers,
      ...signaturesOf(vnfdFiles, security),
    ]);
  }

  /** With signatures a zip, when the certificate of the signer stands in a file of its own. */
  @Get('manifest')
  @signatures
  @Describe({ role: 'viewer', summary: 'Read the manifest', status: 200, produces: [text, zip] })
  async manifest(@From() caller: Caller, @HttpExchange() exchange: Exchange): Answer {
    const pkg = await this.onboarded(caller, exchange);
    const path = found(pkg.contents.manifestPath, 'manifest in VNF package', pkg.id);
    const certificates = signed(exchange) ? (await this.files.for(caller).securityFiles(pkg.id)).certificates : [];
    if (certificates.length === 0) return this.sendText(caller, exchange, pkg, [path], [path]);
    return this.sendZip(caller, exchange, pkg, [path, ...certificates]);
  }

  @Get('artifacts')
  @signatures
  @flagged('exclude_all_mano_artifacts')
  @flagged('exclude_all_non_mano_artifacts')
  @ApiQuery({ name: 'select_non_mano_artifact_sets', required: false, schema: { type: 'string' } })
  @Describe({
    role: 'viewer',
    summary: 'Read all artifacts but the software images, or some, in one archive',
    status: 200,
    produces: [zip],
  })
  async artifacts(@From() caller: Caller, @HttpExchange() exchange: Exchange): Answer {
    const pkg = await this.onboarded(caller, exchange);
    const chosen = chooseArtifacts(pkg.contents.additionalArtifacts, exchange.request.query as Query);
    const paths = chosen.map(({ path }) => path);
    return signed(exchange)
      ? this.sendSigned(caller, exchange, pkg, paths)
      : this.sendZip(caller, exchange, pkg, paths);
  }

  @Get('artifacts/*')
  @signatures
  @Describe({
    role: 'viewer',
    summary: 'Read one artifact by its path',
    status: 200,
    produces: artifactTypes,
    asItIs: true,
  })
  @ApiParam({ name: 'path', description: 'The path inside the package, of any depth' })
  async artifact(@From() caller: Caller, @HttpExchange() exchange: Exchange): Answer {
    const pkg = await this.onboarded(caller, exchange);
    // The router calls the rest of the path `*`; the page cannot show that as a name.
    const path = paramsOf(exchange)['*'] ?? '';
    const download = found(await this.download(caller, pkg, path), `artifact of VNF package ${pkg.id} at`, path);
    if (signed(exchange)) return this.sendSigned(caller, exchange, pkg, [path]);
    const wanted = negotiate(exchange.request.headers.accept, typesOf(path));
    return sendFile(exchange, { ...download, type: wanted ?? typeOf(path) });
  }

  /** Software images are artifacts too, and lie unpacked where hosts take them from. */
  private async download(
    caller: Caller,
    { id, contents }: Onboarded,
    path: string,
  ): Promise<Omit<Download, 'type'> | undefined> {
    const image = contents.softwareImages.find((each) => each.path === path);
    if (image) return { file: await this.files.for(caller).image(id, image.sha256), tag: image.sha256 };
    const artifact = contents.additionalArtifacts.find((each) => each.path === path);
    const file = artifact && (await this.files.for(caller).file(id, path));
    return file && { file, tag: artifact.sha256 };
  }

  /** A single file is text, or packed like several. */
  private async sendText(
    caller: Caller,
    exchange: Exchange,
    pkg: Onboarded,
    files: readonly string[],
    all: readonly string[],
  ): Answer {
    const [only = ''] = files;
    if (acceptable(exchange, files.length === 1 ? [text, zip] : [zip]) === zip)
      return this.sendZip(caller, exchange, pkg, all);
    const file = found(await this.files.for(caller).file(pkg.id, only), `file in VNF package ${pkg.id} at`, only);
    return sendFile(exchange, { file, type: text, tag: tagOf(pkg, text, [only]) });
  }

  private async sendZip(caller: Caller, exchange: Exchange, pkg: Onboarded, paths: readonly string[]): Answer {
    const type = acceptable(exchange, [zip]);
    return sendFile(exchange, {
      file: await this.files.for(caller).zip(pkg.id, paths),
      type,
      tag: tagOf(pkg, type, paths),
    });
  }

  private async sendSigned(caller: Caller, exchange: Exchange, pkg: Onboarded, paths: readonly string[]): Answer {
    return this.sendZip(caller, exchange, pkg, [
      ...paths,
      ...signaturesOf(paths, await this.files.for(caller).securityFiles(pkg.id)),
    ]);
  }

  private async onboarded(caller: Caller, exchange: Exchange): Promise<Onboarded> {
    const { id, contents, sha256, onboardingState } = await this.record(caller, paramsOf(exchange));
    if (contents !== undefined && sha256 !== undefined) return { id, contents, sha256 };
    throw refusal('wrong-state', `VNF package ${id} is ${onboardingState}; its content is readable once ONBOARDED.`);
  }
}

/** Files that hold the signatures of these files, and the certificates that go with them. */
const signaturesOf = (paths: readonly string[], { signatures: all }: SecurityFiles): readonly string[] =>
  all.filter(({ of }) => paths.includes(of)).flatMap(({ files }) => files);

const paramsOf = ({ request }: Exchange): Params => request.params as Params;
const signed = ({ request }: Exchange): boolean => wantsSignatures(request.query as Query);

function acceptable({ request }: Exchange, offered: readonly string[]): string {
  const type = negotiate(request.headers.accept, offered);
  if (type !== undefined) return type;
  throw refusal('not-acceptable', `This is served as ${offered.join(' or ')}.`);
}

/** Files of a package and archives made of them are the same as long as the package is. */
const tagOf = ({ sha256 }: Onboarded, type: string, paths: readonly string[]): string =>
  createHash('sha256')
    .update([sha256, type, ...paths].join('\n'))
    .digest('hex');
