/**
 * Hosts and networks of the fleet: what there is, what is claimed, and whether new VNFCs may come.
 */
import { Body, Controller, Delete, Get, Headers, HttpCode, Inject, Param, Patch, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import type { HostAdminState } from '../../inventory/model.js';
import { hostId, vnfcId } from '../../shared/ids.js';
import { problem, type Problem } from '../../shared/problem.js';
import type { ClaimRecords } from '../../store/claims.js';
import type { HostEntry } from '../../store/host-directory.js';
import type { HostMoment, HostRecord, HostRecords } from '../../store/hosts.js';
import type { FleetView } from '../../workflow/hosts/fleet-view.js';
import type { HostCommands, HostFunctions } from '../../workflow/commands.js';
import { checked, shownAs } from '../http/check-body.js';
import { Describe } from '../http/describe.js';
import { ApiTags } from '../http/described.js';
import { limitOf } from '../http/limits.js';
import { etagOf, revisionOf } from '../http/etag.js';
import { expectOk, found, ProblemError } from '../http/problem-error.js';
import { RequestUris, type Uris } from '../http/uris.js';
import { FLEET, HOST_FUNCTIONS, HOSTS, OPTIONS, STORE, type ApiOptions } from '../ports.js';
import { plain } from '../schemas/plain.js';
import { answerCollection, type Collection } from '../sol013/collection.js';
import { renderHost, renderNetworks, renderUnseenHost, type HostBody } from './render-host.js';
import { hostCreation, hostForm, hostModification, type HostModification } from './host-settings.js';
import { host, networkOnHosts } from './schemas.js';
import type { Caller, ForCaller } from '../../shared/caller.js';
import { defined } from '../../shared/defined.js';
import { From } from '../http/from.js';

const modification = checked<HostModification, typeof hostModification>(hostModification);
const creation = shownAs(checked<HostEntry, typeof hostForm>(hostForm), hostCreation);

const decided = ['id', 'zone', 'adminState'];

const hostsCollection: Collection<HostMoment> = {
  schema: plain(host),
  dropped: [],
  costly: Object.keys(host.properties).filter((name) => !decided.includes(name)),
  keyOf: (each) => each.id,
};

/** Of one host; there are none unless something is wrong. */
const mostLeftovers = 1_000;

const stillThere = (id: string): Problem =>
  problem('wrong-state', `Host ${id} answers; it is not lost. Drain it, or terminate the VNFs on it.`);

const notLost = (id: string, adminState: HostAdminState): Problem =>
  problem('wrong-state', `Host ${id} is ${adminState}, not lost; there is nothing to take back.`);

@ApiTags('nfvi')
@Controller('nfvi/v1')
export class NfviController {
  constructor(
    @Inject(STORE)
    private readonly store: ForCaller<
      Pick<HostRecords, 'host' | 'hostPage' | 'setHostAdminState'> &
        Pick<ClaimRecords, 'claimsOn' | 'leftoversOn' | 'settleLeftovers'>
    >,
    @Inject(FLEET) private readonly fleet: ForCaller<FleetView>,
    @Inject(HOSTS) private readonly hostCommands: ForCaller<HostCommands>,
    @Inject(HOST_FUNCTIONS) private readonly functions: ForCaller<HostFunctions>,
    @Inject(OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Get('hosts')
  @Describe({
    role: 'viewer',
    summary: 'Hosts with cells, cores, pages and claims',
    status: 200,
    body: Type.Array(host),
    collection: true,
  })
  async hosts(
    @From() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly unknown[]> {
    return answerCollection(request, reply, hostsCollection, {
      read: (after, limit) => this.store.for(caller).hostPage({ ...defined({ after }), limit }),
      render: (record, whole) =>
        whole
          ? this.body(caller, record)
          : renderUnseenHost(record, { claims: [] }, !this.fleet.for(caller).isConfigured(record.id)),
      paging: this.options,
    });
  }

  @Get('hosts/:hostId')
  @Describe({ role: 'viewer', summary: 'One host', status: 200, body: host })
  async host(
    @From() caller: Caller,
    @Param('hostId') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<HostBody> {
    const record = await this.record(caller, id);
    reply.header('etag', etagOf(record.revision));
    return this.body(caller, record);
  }

  @Post('hosts')
  @Describe({ role: 'administrator', summary: 'Add a host: settings as in the configuration', status: 201, body: host })
  async add(
    @From() caller: Caller,
    @Body({ schema: creation }) body: HostEntry,
    @RequestUris() { origin }: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<HostBody> {
    const record = expectOk(await this.hostCommands.for(caller).add(body));
    reply.header('location', `${origin}/nfvi/v1/hosts/${record.id}`).header('etag', etagOf(record.revision));
    return this.body(caller, record);
  }

  @Patch('hosts/:hostId')
  @Describe({
    role: 'administrator',
    summary: 'Set whether VNFCs may be placed on a host; change the settings of one that was added',
    status: 200,
    body: host,
  })
  async modify(
    @From() caller: Caller,
    @Param('hostId') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body({ schema: modification }) { adminState, ...settings }: HostModification,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<HostBody> {
    const before = await this.record(caller, id);
    const revision = revisionOf(ifMatch, before.revision);
    const hasSettings = Object.keys(settings).length > 0;
    const changed = hasSettings
      ? expectOk(await this.hostCommands.for(caller).change(before.id, settings, revision))
      : before;
    const record =
      adminState === undefined
        ? changed
        : expectOk(
            await this.store.for(caller).setHostAdminState(before.id, adminState, hasSettings ? undefined : revision),
          );
    reply.header('etag', etagOf(record.revision));
    return this.body(caller, record);
  }

  @Delete('hosts/:hostId')
  @HttpCode(204)
  @Describe({
    role: 'administrator',
    summary: 'Remove a host that was added, or is missing; nothing may stand on it',
    status: 204,
  })
  async remove(
    @From() caller: Caller,
    @Param('hostId') id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    const before = await this.record(caller, id);
    expectOk(await this.hostCommands.for(caller).remove(before.id, revisionOf(ifMatch, before.revision)));
  }

  @Delete('hosts/:hostId/leftovers/:vnfcId')
  @HttpCode(204)
  @Describe({
    role: 'administrator',
    summary: 'Forget what a VNFC left on a host: it was removed by hand',
    status: 204,
  })
  async forget(@From() caller: Caller, @Param('hostId') id: string, @Param('vnfcId') vnfc: string): Promise<void> {
    await this.record(caller, id);
    const store = this.store.for(caller);
    const next = () => store.leftoversOn(hostId(id), { limit: mostLeftovers }, vnfcId(vnfc));
    let left = await next();
    if (left.length === 0) found(undefined, 'leftover of VNFC', vnfc);
    for (; left.length > 0; left = await next()) await store.settleLeftovers(left);
  }

  @Post('hosts/:hostId/lost')
  @HttpCode(200)
  @Describe({
    role: 'administrator',
    bodyBytes: limitOf('smallJsonBytes'),
    summary: 'Declare a host lost: operations end without it; its holders are what may still run there',
    status: 200,
    body: host,
  })
  async lost(@From() caller: Caller, @Param('hostId') id: string): Promise<HostBody> {
    const { adminState } = await this.record(caller, id);
    if (this.fleet.for(caller).isSeen(hostId(id)) && adminState !== 'lost') throw new ProblemError(stillThere(id));
    return this.set(caller, id, 'lost');
  }

  @Post('hosts/:hostId/found')
  @HttpCode(200)
  @Describe({
    role: 'administrator',
    bodyBytes: limitOf('smallJsonBytes'),
    summary: 'Take a host that was declared lost into service again',
    status: 200,
    body: host,
  })
  async found(@From() caller: Caller, @Param('hostId') id: string): Promise<HostBody> {
    const { adminState } = await this.record(caller, id);
    if (adminState !== 'lost') throw new ProblemError(notLost(id, adminState));
    return this.set(caller, id, 'active');
  }

  @Post('hosts/:hostId/pci-functions/:address/accept')
  @HttpCode(200)
  @Describe({
    role: 'administrator',
    bodyBytes: limitOf('smallJsonBytes'),
    summary: 'Take a PCI function in quarantine as it is: it was changed on purpose',
    status: 200,
    body: host,
  })
  async accept(
    @From() caller: Caller,
    @Param('hostId') id: string,
    @Param('address') address: string,
  ): Promise<HostBody> {
    const { id: known } = await this.record(caller, id);
    expectOk(await this.functions.for(caller).accept(known, address, caller.subject));
    return this.body(caller, await this.record(caller, id));
  }

  private async set(caller: Caller, id: string, adminState: HostAdminState): Promise<HostBody> {
    const record = expectOk(await this.store.for(caller).setHostAdminState(hostId(id), adminState));
    return this.body(caller, record);
  }

  @Get('networks')
  @Describe({
    role: 'viewer',
    summary: 'Networks that external links can name',
    status: 200,
    body: Type.Array(networkOnHosts),
  })
  networks(@From() caller: Caller): readonly Static<typeof networkOnHosts>[] {
    return renderNetworks(this.fleet.for(caller).hosts());
  }

  /** The store knows what was decided and claimed, the fleet what was seen. */
  private async body(caller: Caller, record: HostMoment): Promise<HostBody> {
    const { id, adminState } = record;
    const store = this.store.for(caller);
    const seen = this.fleet.for(caller).host(id);
    const why = seen?.reachable === true ? undefined : this.fleet.for(caller).whyUnreachable(id);
    const known = this.hostCommands.for(caller).told(id);
    const told = { ...known, ...defined({ unreachableBecause: why }) };
    const now = {
      claims: await store.claimsOn([id]),
      freePages: this.fleet.for(caller).freePages(id) ?? [],
      leftovers: await store.leftoversOn(id, { limit: mostLeftovers }),
    };
    if (seen === undefined)
      return {
        ...renderUnseenHost(record, now, !this.fleet.for(caller).isConfigured(id) && known === undefined),
        ...told,
      };
    return { ...renderHost({ ...seen, adminState }, now), ...told };
  }

  private async record(caller: Caller, id: string): Promise<HostRecord> {
    return found(await this.store.for(caller).host(hostId(id)), 'host', id);
  }
}
