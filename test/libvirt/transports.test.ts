/** The way to a libvirtd by TLS: each thing that is wrong with a certificate is told with its fix, and events come. */
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { EngineEvent } from '../../src/engine/engine.js';
import { createLibvirtEngine } from '../../src/engine/libvirt/libvirt-engine.js';
import { hostId } from '../../src/shared/ids.js';
import { eventually } from '../contract/engine-contract.js';
import { describeUnless, missingHypervisor } from './environment.js';
import { systemClock } from '../../src/system.js';
import { startTlsLibvirtd, type Pki, type TlsLibvirtd } from './tls-libvirtd.js';

jest.setTimeout(60_000);

describeUnless(missingHypervisor(), 'A host by TLS', () => {
  let daemon: TlsLibvirtd;
  const engineWith = (pki: Pki) =>
    createLibvirtEngine({ hostId: hostId('tls'), uri: daemon.uri(pki), connectTimeoutMs: 10_000, clock: systemClock });

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
    const engine = engineWith('good');
    const seen: EngineEvent['type'][] = [];
    engine.onEvent(({ type }) => seen.push(type));
    await engine.start();
    expect(engine.isConnected()).toBe(true);
    const adapter = `<device><name>vport</name><parent>scsi_host1</parent><capability type='scsi_host'>
      <capability type='fc_host'><wwnn>20000000c9831b4b</wwnn><wwpn>10000000c9831b4b</wwpn></capability></capability></device>`;
    daemon.createDevice(adapter);
    await eventually(() => (seen.includes('devices') ? true : undefined));
    await engine.stop();
  });
});
