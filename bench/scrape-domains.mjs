/** Domains that do nothing: paused before their first instruction, with a disk and two interfaces each. */
import { chmodSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, tryRun } from '../scripts/lib/run.mjs';

export const uri = 'qemu:///system';
const nameOf = (at) => `berth-scrape-${at}`;

const xmlOf = (at, disk) => `<domain type='qemu'>
  <name>${nameOf(at)}</name>
  <memory unit='MiB'>16</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='${disk}'/><target dev='vda' bus='virtio'/></disk>
    <interface type='ethernet'><target dev='bscrape${at}a'/><model type='virtio'/></interface>
    <interface type='ethernet'><target dev='bscrape${at}b'/><model type='virtio'/></interface>
  </devices>
</domain>
`;

export class IdleDomains {
  #folder = mkdtempSync(join(tmpdir(), 'berth-scrape-'));
  #count = 0;

  constructor() {
    // QEMU runs as a user of its own.
    chmodSync(this.#folder, 0o755);
  }

  async growTo(count) {
    for (; this.#count < count; this.#count += 1) {
      const disk = join(this.#folder, `${this.#count}.img`);
      const xml = join(this.#folder, `${this.#count}.xml`);
      writeFileSync(disk, '');
      truncateSync(disk, 1024 * 1024);
      writeFileSync(xml, xmlOf(this.#count, disk));
      await run('virsh', ['-q', '-c', uri, 'create', '--paused', xml]);
    }
  }

  /** Also one that was half made. */
  async remove() {
    for (let at = 0; at <= this.#count; at += 1) await tryRun('virsh', ['-q', '-c', uri, 'destroy', nameOf(at)]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
