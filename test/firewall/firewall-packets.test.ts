import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { describeUnless, missingHypervisor } from '../libvirt/environment.js';

const folder = mkdtempSync(join(tmpdir(), 'firewall-packets.'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Why no packets can be sent through the firewall here; undefined when they can. */
function missing(): string | undefined {
  const hypervisor = missingHypervisor();
  if (hypervisor !== undefined) return hypervisor;
  if (spawnSync('/usr/bin/python3', ['-c', 'import scapy.all']).status !== 0)
    return 'scapy is not installed for /usr/bin/python3 (Debian: python3-scapy)';
  const built = spawnSync('vnf-catalog/firewall/image/build.sh', [folder], { encoding: 'utf8' });
  const [why = 'no image came'] = built.stderr.trim().split('\n').slice(-1);
  return built.status === 0 ? undefined : `the firewall image cannot be built here (${why})`;
}

describeUnless(missing(), 'the firewall on real QEMU', () => {
  it('lets through what its rules say and nothing else: at boot, by the table, offloaded, through changes, kills and a reboot', () => {
    const script = 'vnf-catalog/firewall/selftest/packets.mjs';
    const said = execFileSync(script, [join(folder, 'firewall-cloud.qcow2')], { encoding: 'utf8' });
    process.stdout.write(said);
    expect(said).toMatch(/(\d{2,}) of \1 packets as the table says/);
    expect(said).toMatch(/^all good$/m);
  }, 660_000);
});
