/**
 * A guest that is a kernel and nothing else: the VNF's own kernel with busybox, the modules of virtio-net, two addresses
 * and forwarding switched on. What a VNF adds to its boot is measured against it.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const shell = (folder, script) =>
  execFileSync('bash', ['-ec', script], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });

/** Paths of the modules that a device of this alias asks for, in the order in which they are loaded (guest/modules.h). */
function modulesFor(rules, alias) {
  const line = rules.split('\n').find((each) => each.startsWith(`for ${alias}`));
  if (line === undefined) throw new Error(`the guest has no module for ${alias}`);
  return line.split(' ').slice(2);
}

const init = (modules) => `#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
${modules.map((module) => `insmod /modules/${module}`).join('\n')}
echo 1 > /proc/sys/net/ipv4/ip_forward
n=1
for card in /sys/class/net/eth*; do
  name=\${card##*/}
  ip address add 10.$n.0.1/24 dev $name
  ip link set $name up
  n=$((n + 1))
done
while :; do sleep 1000; done
`;

/** What busybox is linked with, where the VNF's guest has it. */
function copyLibraries(from, to) {
  const listed = shell(from, 'LC_ALL=C readelf -d bin/busybox').toString();
  const names = [...listed.matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(([, name]) => name);
  const paths = names.map((name) => shell(from, `find lib* usr/lib* -name '${name}' | head -n 1`).toString().trim());
  for (const path of [...paths, ...(names.length > 0 ? ['lib64/ld-linux-x86-64.so.2'] : [])]) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    cpSync(join(from, path), join(to, path), { dereference: true });
  }
}

/** From `NAME-KERNEL.initramfs` of a VNF; answers the path of the bare one, in `folder`. */
export function bareInitramfs(vnfInitramfs, folder) {
  const from = join(folder, 'vnf');
  const to = join(folder, 'bare');
  for (const path of [from, ...['bin', 'proc', 'sys', 'dev', 'modules', 'lib64'].map((name) => join(to, name))])
    mkdirSync(path, { recursive: true });
  shell(from, `lz4 -dc '${vnfInitramfs}' | cpio --quiet -idm`);
  cpSync(join(from, 'bin/busybox'), join(to, 'bin/busybox'));
  for (const name of ['sh', 'mount', 'insmod', 'ip', 'sleep']) symlinkSync('busybox', join(to, 'bin', name));
  copyLibraries(from, to);
  const rules = readFileSync(join(from, 'lib/berth/modules'), 'utf8');
  const paths = new Set(['pci:v00001AF4', 'virtio:d00000001'].flatMap((alias) => modulesFor(rules, alias)));
  const modules = [...paths].map((path) => basename(path));
  for (const path of paths) cpSync(join(from, path), join(to, 'modules', basename(path)));
  writeFileSync(join(to, 'init'), init(modules), { mode: 0o755 });
  shell(to, 'find . -print0 | cpio --quiet --null --create --format=newc | lz4 -l -9 -q -c > ../bare.initramfs');
  return join(folder, 'bare.initramfs');
}
