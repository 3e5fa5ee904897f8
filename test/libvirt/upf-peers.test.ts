/** The UPF beside an FRR behind N6, under plain QEMU: what vnf-catalog/upf/image/peers-selftest.mjs proves and measures. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { afterAll, expect, it, jest } from '@jest/globals';
import { describeUnless, missingHypervisor } from './environment.js';
import { type GuestImage, guestImage } from './guest-image.js';

jest.setTimeout(270_000);

const missing = missingHypervisor() ?? (existsSync('/usr/lib/frr/bgpd') ? undefined : 'no FRR here');
const image: GuestImage = missing === undefined ? guestImage('upf') : { missing, folder: '' };

describeUnless(image.missing, 'A UPF beside FRR', () => {
  afterAll(() => {
    rmSync(image.folder, { recursive: true, force: true });
  });

  it('announces its pools, learns a default route and nothing else, and withdraws when it goes', () => {
    const file = image.missing === undefined ? image.file : '';
    const script = 'vnf-catalog/upf/image/peers-selftest.mjs';
    const { stdout, stderr, status } = spawnSync(process.execPath, [script, file], { encoding: 'utf8' });
    process.stderr.write(stdout);
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  });
});
