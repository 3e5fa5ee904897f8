/** Host preparation without systemd, in a sandbox: what it makes is there, and undoing leaves nothing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { type HostSandbox, openHostSandbox } from './host-sandbox.js';
import { describeUnless, missingHypervisor } from './environment.js';
import { smallDomain } from './small-domain.js';
import { vnfcId } from '../../src/shared/ids.js';

jest.setTimeout(300_000);

const script = join(process.cwd(), 'scripts/host-prepare.mjs');
const pagesBefore = (): string => readFileSync('/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages', 'utf8').trim();
const uuid = vnfcId('11111111-2222-4333-8444-0000000409e0');

describeUnless(missingHypervisor(), 'Host preparation', () => {
  const pages = pagesBefore();
  const asked = ['--hugepages', String(Number(pages) + 8), '--bridge', 'berth-hp0'];
  let host: HostSandbox;
  const prepare = (...args: readonly string[]) => host.exec(process.execPath, script, ...args);
  const failure = (call: Promise<string>) =>
    call.then(
      () => 'no failure',
      (error: unknown) => {
        const { stdout, stderr } = error as { stdout: string; stderr: string };
        return stdout + stderr;
      },
    );

  beforeAll(async () => {
    host = await openHostSandbox();
  });
  afterAll(() => host.close());

  it('says what is missing before, and changes nothing by asking', async () => {
    const said = await failure(prepare('--check', ...asked));
    expect(said).toContain('missing: libvirtd does not run');
    expect(said).toContain('missing: bridge berth-hp0');
    expect(pagesBefore()).toBe(pages);
  });

  it('brings up pages, libvirtd and a bridge that guests can join', async () => {
    await prepare(...asked);
    expect(await prepare('--check', ...asked)).toContain('This host is prepared.');
    expect(await host.exec('virsh', 'net-dumpxml', 'berth-hp0')).toContain("<forward mode='bridge'/>");
    expect(await host.exec('virsh', 'freepages', '--cellno', '0', '--pagesize', '2048')).toMatch(/\d+/);
  });

  it('does nothing the second time', async () => {
    const said = await prepare(...asked);
    expect(said).toContain('libvirtd runs already, started by us');
    expect(said).not.toMatch(/^ {2}(bridge|libvirt network) berth-hp0/m);
  });

  it('runs a guest on the pages and the bridge, with Debian’s configuration as it is', async () => {
    const more = '<memoryBacking><hugepages><page size="2048" unit="KiB"/></hugepages></memoryBacking>';
    const xml = smallDomain({ uuid, name: 'berth-hp', networks: ['berth-hp0'], memoryMiB: 16, more });
    await host.exec('bash', '-c', `cat > /run/domain.xml <<'XML'\n${xml}\nXML`);
    await host.exec('virsh', 'create', '/run/domain.xml');
    expect(await host.exec('ip', '-o', 'link', 'show', 'master', 'berth-hp0')).toContain('vnet');
    expect(await host.exec('bash', '-c', 'cat /proc/$(cat /run/libvirt/qemu/berth-hp.pid)/numa_maps')).toContain(
      'huge',
    );
  });

  it('is not undone under running guests', async () => {
    expect(await failure(prepare('--undo'))).toContain('These domains run: berth-hp');
    await host.exec('virsh', 'destroy', 'berth-hp');
  });

  it('brings libvirtd back when it dies', async () => {
    await host.exec('bash', '-c', 'kill -9 $(cat /run/libvirtd.pid)');
    await host.exec('bash', '-c', 'until virsh version; do sleep 0.1; done');
  });

  it('leaves nothing when undone, and undoing twice is undoing once', async () => {
    await prepare('--undo');
    expect(await prepare('--undo')).toContain('nothing to undo');
    expect(await failure(host.exec('virsh', 'version'))).toContain('failed to connect');
    const links = await host.exec('ip', '-o', 'link');
    expect(links.trim().split('\n')).toHaveLength(1);
    expect(await host.exec('iptables', '-S')).not.toContain('berth');
    expect(await host.exec('bash', '-c', 'ls -A /etc/libvirt/qemu/networks/autostart /var/lib/berth')).not.toContain(
      'berth-',
    );
    expect(await host.exec('bash', '-c', 'grep -c hugetlbfs /proc/self/mounts || true')).toBe('0\n');
    expect(await host.exec('stat', '-c', '%a %G', '/dev/kvm')).toBe('600 root\n');
    expect(await host.exec('bash', '-c', 'pgrep -c "libvirtd|virtlogd|tini" || true')).toBe('0\n');
    expect(pagesBefore()).toBe(pages);
  });
});
