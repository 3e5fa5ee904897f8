/**
 * The UPF's guest under plain QEMU: what vnf-catalog/upf/image/selftest.mjs proves. upfd killed while packets pass, new
 * documents, other sizes of its tables, traces, a reboot, the power button.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { afterAll, expect, it, jest } from '@jest/globals';
import { describeUnless, missingHypervisor } from './environment.js';
import { type GuestImage, guestImage } from './guest-image.js';

jest.setTimeout(330_000);

const missing = missingHypervisor();
const image: GuestImage = missing === undefined ? guestImage('upf') : { missing, folder: '' };

describeUnless(image.missing, "The UPF's guest", () => {
  afterAll(() => {
    rmSync(image.folder, { recursive: true, force: true });
  });

  it('carries traffic, goes on when upfd is killed, and obeys its documents', () => {
    const file = image.missing === undefined ? image.file : '';
    const script = 'vnf-catalog/upf/image/selftest.mjs';
    const { stdout, stderr, status } = spawnSync(process.execPath, [script, file], { encoding: 'utf8' });
    process.stderr.write(stdout);
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /upfd was killed while pings went on: \d+ of 200 answered; it runs again and knows its session/,
    );
  });
});
