import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { probeImage } from '../../../src/engine/libvirt/acceleration/probe-image.js';
import { missingHypervisor } from '../../libvirt/environment.js';

test('is a boot sector: code in front, the signature at its end', () => {
  const image = probeImage();
  expect(image.length % 512).toBe(0);
  expect([image[0], image[510], image[511]]).toEqual([0xfa, 0x55, 0xaa]);
  expect(image.subarray(512).every((byte) => byte === 0)).toBe(true);
});

(missingHypervisor() === undefined ? test : test.skip)('goes through every stage on a processor without fault', () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-probe-'));
  writeFileSync(join(folder, 'disk'), probeImage());
  const machine = ['-machine', 'q35', '-accel', 'tcg', '-m', '64', '-nodefaults', '-display', 'none', '-no-reboot'];
  const disk = ['-drive', `file=${folder}/disk,format=raw,if=none,id=d`, '-device', 'ide-hd,drive=d'];
  const said = execFileSync('qemu-system-x86_64', [...machine, ...disk, '-debugcon', 'stdio'], {
    encoding: 'utf8',
    timeout: 100_000,
  });
  expect(said).toBe('RPLIC');
  rmSync(folder, { recursive: true });
});
