/** The router between BIRD and FRR, under plain QEMU: what vnf-catalog/router/image/peers-selftest.mjs proves and measures. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { afterAll, expect, it, jest } from '@jest/globals';
import { describeUnless, missingHypervisor } from './environment.js';
import { type RouterImage, routerImage } from './router-image.js';

jest.setTimeout(330_000);

const missing =
  missingHypervisor() ??
  (existsSync('/usr/lib/frr/bgpd') && existsSync('/usr/sbin/bird') ? undefined : 'no FRR and BIRD here');
const image: RouterImage = missing === undefined ? routerImage() : { missing, folder: '' };

describeUnless(image.missing, 'A router between BIRD and FRR', () => {
  afterAll(() => {
    rmSync(image.folder, { recursive: true, force: true });
  });

  it('speaks BGP, OSPF and BFD with both, and guards its sessions', () => {
    const file = image.missing === undefined ? image.file : '';
    const script = 'vnf-catalog/router/image/peers-selftest.mjs';
    const { stdout, stderr, status } = spawnSync(process.execPath, [script, file], { encoding: 'utf8' });
    process.stderr.write(stdout);
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  });
});
