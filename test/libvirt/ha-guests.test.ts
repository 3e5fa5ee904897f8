/**
 * Two routers, and two firewalls, that share addresses, on QEMU: what is lost when the master is, and that TCP transfers
 * through firewalls go on.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { describeUnless, missingHypervisor } from './environment.js';

const folder = mkdtempSync(join(tmpdir(), 'ha-guests.'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Why no pair of this VNF can be booted here; undefined when it can. */
function missing(vnf: string): string | undefined {
  const hypervisor = missingHypervisor();
  if (hypervisor !== undefined) return hypervisor;
  const built = spawnSync(`vnf-catalog/${vnf}/image/build.sh`, [folder], { encoding: 'utf8' });
  const [why = 'no image came'] = built.stderr.trim().split('\n').slice(-1);
  return built.status === 0 ? undefined : `the image of the ${vnf} cannot be built here (${why})`;
}

function take(vnf: string): string {
  const script = `vnf-catalog/${vnf}/image/ha-selftest.mjs`;
  const said = execFileSync(process.execPath, [script, join(folder, `${vnf}-cloud.qcow2`)], { encoding: 'utf8' });
  process.stdout.write(said);
  return said;
}

describeUnless(missing('router'), 'two routers that share addresses', () => {
  it('replace each other when a link or the whole guest is lost, for IPv4 and IPv6', () => {
    const said = take('router');
    expect(said).toMatch(/QEMU killed, IPv6: [\d.]+ s without an answer/);
    expect(said).toMatch(/^all good$/m);
  }, 240_000);
});

describeUnless(missing('firewall'), 'two firewalls that share addresses', () => {
  it('carry on the TCP connections of one another', () => {
    const said = take('firewall');
    expect(said.match(/all as sent/g)).toHaveLength(6);
    expect(said).toMatch(/^all good$/m);
  }, 240_000);
});
