// One guest under plain QEMU: its day-0 volume, its disks and cards.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GuestAgent } from './guest-agent.mjs';

const run = (program, ...args) => execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });

export function writeDay0(folder, files) {
  const source = join(folder, 'day0');
  mkdirSync(source, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(source, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  run('genisoimage', '-quiet', '-J', '-V', 'cidata', '-o', join(folder, 'day0.iso'), source);
}

// QEMU keeps what it translated of 1 GiB otherwise, and walks through all that it has of a page at each write to it. Every
// process that starts has its code translated anew, since it lies at addresses of its own, so that a kernel that boots over
// what other processes left behind may take minutes. A small cache is emptied often.
const ACCELERATOR = 'tcg,tb-size=64';

// Boots the image; `emulated` gives it hardware of a machine without virtio, `model` says which network card. `direct`
// is { kernel, initramfs, cmdline } to start without a boot loader; there need not be an image then.
// `owner` has the folder, the sides and `start`.
export function bootGuest(owner, image, { emulated = false, model = 'e1000e', direct, memoryMiB = 256 } = {}) {
  const file = (name) => join(owner.folder, name);
  const from = image ? ['-F', 'qcow2', '-b', image, file('root.qcow2')] : [file('root.qcow2'), '16M'];
  run('qemu-img', 'create', '-q', '-f', 'qcow2', ...from);
  const nic = emulated ? model : 'virtio-net-pci,romfile=';
  const disks = emulated
    ? ['-device', 'ide-hd,drive=root,bus=ide.0,bootindex=1', '-device', 'ide-cd,drive=day0,bus=ide.1']
    : ['-device', 'virtio-blk-pci,drive=root,bootindex=1', '-device', 'virtio-blk-pci,drive=day0'];
  const cards = owner.sides.flatMap((side) => [
    ...['-netdev', `tap,id=${side.name},ifname=${side.tap},script=no,downscript=no`],
    ...['-device', `${nic},netdev=${side.name},mac=${side.mac}`],
  ]);
  owner.agent = new GuestAgent(file('agent.sock'));
  owner.monitor = file('monitor.sock');
  owner.qemu = owner.start(
    'host',
    [
      ...[
        'qemu-system-x86_64',
        '-accel',
        ACCELERATOR,
        '-M',
        'q35',
        '-cpu',
        'Nehalem',
        '-m',
        String(memoryMiB),
        '-smp',
        '1',
      ],
      ...(direct ? ['-kernel', direct.kernel, '-initrd', direct.initramfs, '-append', direct.cmdline] : []),
      ...['-nodefaults', '-display', 'none', '-serial', `file:${file('console.log')}`],
      ...['-drive', `if=none,id=root,file=${file('root.qcow2')}`],
      ...['-drive', `if=none,id=day0,format=raw,readonly=on,file=${file('day0.iso')}`, ...disks, ...cards],
      ...['-device', 'virtio-serial-pci', '-chardev', `socket,id=agent,path=${file('agent.sock')},server=on,wait=off`],
      ...['-device', 'virtserialport,chardev=agent,name=org.qemu.guest_agent.0'],
      ...['-qmp', `unix:${owner.monitor},server=on,wait=off`],
    ],
    'qemu.log',
  );
}
