/**
 * Hosts and networks of the fleet: what there is, what is claimed, and whether new VNFCs may come.
 */
import { Body, Controller, Get, Inject, Param, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Type, type Static } from 'typebox';
import type { Claim } from '../../inventory/model.js';
import { hostId } from '../../shared/ids.js';
import type { HostRecord, Store } from '../../store/store.js';
import type { FleetView } from '../../workflow/fleet-view.js';
import { checked } from '../http/check-body.js';
import { Describe } from '../http/describe.js';
import { expectOk, found } from '../http/problem-error.js';
import { FLEET, STORE } from '../ports.js';
import { renderHost, renderNetworks, renderUnseenHost, type HostBody } from './render-host.js';
import { host, hostModification, networkOnHosts } from './schemas.js';

type Modification = Static<typeof hostModification>;
const modification = checked<Modification, typeof hostModification>(hostModification);

@ApiTags('nfvi')
@Controller('nfvi/v1')
export class NfviController {
  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(FLEET) private readonly fleet: FleetView,
  ) {}

  @Get('hosts')
  @Describe({ summary: 'Hosts with cells, cores, pages and claims', status: 200, body: Type.Array(host) })
  async hosts(): Promise<readonly HostBody[]> {
    const [records, claims] = await Promise.all([this.store.hosts(), this.store.claims()]);
    return records.map((record) => this.body(record, claims));
  }

  @Get('hosts/:hostId')
  @Describe({ summary: 'One host', status: 200, body: host })
  async host(@Param('hostId') id: string): Promise<HostBody> {
    const [record, claims] = await Promise.all([this.record(id), this.store.claims()]);
    return this.body(record, claims);
  }

  @Patch('hosts/:hostId')
  @Describe({ summary: 'Set whether VNFCs may be placed on a host', status: 200, body: host })
  async modify(@Param('hostId') id: string, @Body({ schema: modification }) body: Modification): Promise<HostBody> {
    await this.record(id);
    const record = expectOk(await this.store.setHostAdminState(hostId(id), body.adminState));
    return this.body(record, await this.store.claims());
  }

  @Get('networks')
  @Describe({ summary: 'Networks that external links can name', status: 200, body: Type.Array(networkOnHosts) })
  networks(): readonly Static<typeof networkOnHosts>[] {
    return renderNetworks(this.fleet.hosts());
  }

  /** The store knows what was decided, the fleet what was seen. */
  private body(record: HostRecord, claims: readonly Claim[]): HostBody {
    const seen = this.fleet.hosts().find((each) => each.id === record.id);
    if (seen === undefined) return renderUnseenHost(record);
    return renderHost({ ...seen, adminState: record.adminState }, claims, this.fleet.freePages(record.id));
  }

  private async record(id: string): Promise<HostRecord> {
    const records = await this.store.hosts();
    return found(
      records.find((each) => each.id === id),
      'host',
      id,
    );
  }
}
