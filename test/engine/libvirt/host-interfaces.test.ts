/** Interfaces of a host as libvirt's own test driver tells them, in this process. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import koffi from 'koffi';
import { readInterface } from '../../../src/libvirt-xml/read-interface.js';
import { describeUnless, missingLibrary } from '../../libvirt/environment.js';

const xml = `<node>
  <interface type='bridge' name='br0'><start mode='none'/><bridge><interface type='ethernet' name='eth3'/></bridge></interface>
  <interface type='ethernet' name='eth9'><start mode='none'/><mac address='aa:bb:cc:dd:ee:ff'/></interface>
</node>`;

describeUnless(missingLibrary(), 'interfaces of a host', () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-interfaces-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are those that are down too, with their MAC addresses', async () => {
    const file = join(folder, 'node.xml');
    writeFileSync(file, xml);
    const { conn, options, describeHost, ConnectClose } = await opened(`test://${file}`);
    const listed = () =>
      describeHost({ conn, options, macs: new Map(), told: {}, progress: () => undefined }).interfaces.map(
        ({ mac, xml }) => [readInterface(xml).name, mac],
      );
    const both = expect.arrayContaining([
      ['br0', ''],
      ['eth9', 'aa:bb:cc:dd:ee:ff'],
    ]) as unknown;
    expect(listed()).toEqual(both);
    takeDown(conn, 'br0');
    takeDown(conn, 'eth9');
    expect(listed()).toEqual(both);
    ConnectClose(conn);
  });

  it('are read with a sign of life for each object, so that a slow host is not taken for one that hangs', async () => {
    const { conn, options, describeHost, ConnectClose } = await opened('test:///default');
    let signs = 0;
    const { nodeDevices, networks, activeDomains, inactiveDomains, interfaces } = describeHost({
      ...{ conn, options, macs: new Map(), told: {} },
      progress: () => (signs += 1),
    });
    const objects = [nodeDevices, networks, activeDomains, inactiveDomains, interfaces].map(({ length }) => length);
    expect(activeDomains).toHaveLength(1);
    expect(signs).toBe(objects.reduce((sum, count) => sum + count, 0));
    ConnectClose(conn);
  });

  it('are read without a look-up of the name of the host in the same connection again', async () => {
    const { conn, options, describeHost, ConnectClose } = await opened('test:///default');
    const context = { conn, options, macs: new Map(), told: {}, progress: () => undefined };
    expect(describeHost(context).hostname).not.toBe('');
    expect(describeHost({ ...context, told: { hostname: 'as-told-before' } }).hostname).toBe('as-told-before');
    expect(context.told).toEqual({ hostname: describeHost(context).hostname });
    ConnectClose(conn);
  });
});

/** Berth itself changes no interface. */
function takeDown(conn: bigint, name: string): void {
  const libvirt = koffi.load('libvirt.so.0', { deep: true });
  const lookup = libvirt.func('void *virInterfaceLookupByName(void *conn, str name)') as (...all: unknown[]) => unknown;
  const destroy = libvirt.func('int virInterfaceDestroy(void *iface, uint flags)') as (...all: unknown[]) => unknown;
  expect(destroy(lookup(conn, name), 0)).toBe(0);
}

/** A connection, with what reads by it: the library is loaded only where it is. */
async function opened(uri: string) {
  const { ConnectClose, ConnectOpen } = await import('../../../src/engine/libvirt/bindings.js');
  const { describeHost } = await import('../../../src/engine/libvirt/calls/host.js');
  const conn = ConnectOpen(uri);
  if (conn === null) throw new Error('libvirt’s test driver does not open');
  const options = { uri, pool: { name: 'berth', path: '/var/lib/berth' }, keepAliveSeconds: 5 };
  return { conn, options, describeHost, ConnectClose };
}
