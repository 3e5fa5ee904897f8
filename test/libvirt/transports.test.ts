/** The way to a libvirtd by TLS: each thing that is wrong with a certificate is told with its fix, and events come. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { HostLink } from '../../src/engine/libvirt/host-link.js';
import { createLibvirtEngine } from '../../src/engine/libvirt/libvirt-engine.js';
import { createProcessPools } from '../../src/engine/libvirt/processes/process-pools.js';
import { hostId } from '../../src/shared/ids.js';
import { eventually } from '../contract/engine-contract.js';
import { describeUnless, missingHypervisor } from './environment.js';
import { systemClock } from '../../src/system.js';
import { startTlsLibvirtd, type Pki, type TlsLibvirtd } from './tls-libvirtd.js';

describeUnless(missingHypervisor(), 'A host by TLS', () => {
  let daemon: TlsLibvirtd;
  const engineWith = (pki: Pki) =>
    createLibvirtEngine({ hostId: hostId('tls'), uri: daemon.uri(pki), connectTimeoutMs: 10_000, clock: systemClock });

  const linkWith = (pki: Pki, device: (name: string) => void): HostLink =>
    new HostLink(
      {
        ...{ hostId: hostId('tls'), uri: daemon.uri(pki), pool: { name: 'berth', path: '/nowhere' } },
        ...{ lanes: { calls: 1, guest: 1, stats: 1, looks: 1 }, connectTimeoutMs: 10_000, aloneMs: 60_000 },
        ...{ keepAliveSeconds: 3, deadlineMs: () => 10_000, clock: systemClock },
        pools: createProcessPools({ clock: systemClock }),
      },
      {
        ...{ connected: () => undefined, disconnected: () => undefined },
        notice: (notice) => {
          if (notice.type === 'devices') device(notice.name);
        },
      },
    );

  /** Why it cannot be reached. */
  async function reasonWith(pki: Pki): Promise<string> {
    const engine = engineWith(pki);
    const reasons: string[] = [];
    engine.onEvent((event) => {
      if (event.type === 'disconnected') reasons.push(event.reason);
    });
    await engine.start();
    await engine.stop();
    return reasons.join(' | ');
  }

  beforeAll(async () => {
    daemon = await startTlsLibvirtd();
    await eventually(() => (daemon.answers() ? true : undefined));
  });
  afterAll(() => daemon.stop());

  it.each<[Pki, string]>([
    ['empty', 'put the certificate of the authority there'],
    ['other-authority', 'the certificate of the host does not hold: it has expired, is not of the authority of'],
    ['strange-client', 'the client certificate is not of the authority of'],
    ['expired', 'make a new client certificate, with its key, in'],
    ['no-certificate', "the host refused Berth's certificate or got none: put clientcert.pem"],
  ])('says what is wrong with the certificates %s', async (pki, fix) => {
    const reason = await reasonWith(pki);
    expect(reason).toContain(fix);
    expect(reason).toContain(`/${pki}`);
  });

  it('is reached with the right ones, and tells of devices that come and go', async () => {
    const seen: string[] = [];
    const link = linkWith('good', (name) => seen.push(name));
    await link.start();
    expect(link.connected).toBe(true);
    const adapter = `<device><name>vport</name><parent>scsi_host1</parent><capability type='scsi_host'>
      <capability type='fc_host'><wwnn>20000000c9831b4b</wwnn><wwpn>10000000c9831b4b</wwpn></capability></capability></device>`;
    daemon.createDevice(adapter);
    await eventually(() => (seen.some((name) => name.startsWith('scsi_host')) ? true : undefined));
    await link.stop();
  });
});
