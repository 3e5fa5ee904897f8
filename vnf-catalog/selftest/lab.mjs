// A closed network for one guest: everything, the guest included, lives in namespaces of its own names,
// so that neither the host's network nor another run is touched. `close` removes what was made.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GuestAgent } from './guest-agent.mjs';

const run = (program, ...args) => execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

export class Lab {
  folder = mkdtempSync(join(tmpdir(), 'berth-lab.'));
  tag = `bl${process.pid.toString(36)}`;
  sides = [];
  #children = [];

  constructor() {
    run('ip', 'netns', 'add', `${this.tag}-host`);
  }

  // A namespace behind a bridge that the guest's card joins as well.
  addSide(name, address, gateway) {
    const side = {
      name,
      netns: `${this.tag}-${name}`,
      tap: `t-${name}`,
      mac: `52:54:00:be:00:0${this.sides.length + 1}`,
    };
    const host = (...args) => run('ip', '-n', `${this.tag}-host`, ...args);
    this.sides.push(side);
    run('ip', 'netns', 'add', side.netns);
    host('link', 'add', `b-${name}`, 'type', 'bridge', 'forward_delay', '0');
    host('tuntap', 'add', side.tap, 'mode', 'tap');
    host('link', 'add', `v-${name}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', side.netns);
    for (const link of [side.tap, `v-${name}`]) host('link', 'set', link, 'master', `b-${name}`);
    for (const link of [`b-${name}`, side.tap, `v-${name}`]) host('link', 'set', link, 'up');
    this.in(name, 'ip', 'link', 'set', 'lo', 'up');
    this.in(name, 'ip', 'link', 'set', 'eth0', 'up');
    this.in(name, 'ip', 'address', 'add', address, 'dev', 'eth0');
    this.in(name, 'ip', 'route', 'add', 'default', 'via', gateway);
    return side;
  }

  in(name, ...command) {
    return run('ip', 'netns', 'exec', `${this.tag}-${name}`, ...command);
  }

  start(name, command, log) {
    const output = openSync(join(this.folder, log), 'a');
    const child = spawn('ip', ['netns', 'exec', `${this.tag}-${name}`, ...command], {
      stdio: ['ignore', output, output],
    });
    child.ended = new Promise((resolve) => child.on('exit', resolve));
    this.#children.push(child);
    return child;
  }

  // How many of `count` pings come back.
  ping(name, address, count, intervalSeconds = 0.02) {
    const args = ['ping', '-n', '-q', '-c', count, '-i', intervalSeconds, '-W', '1', address].map(String);
    try {
      return Number(/(\d+) received/.exec(this.in(name, ...args))[1]);
    } catch (error) {
      return Number(/(\d+) received/.exec(error.stdout ?? '')?.[1] ?? 0);
    }
  }

  async awaitPing(name, address, limitMs) {
    for (const end = Date.now() + limitMs; Date.now() < end; await sleep(10)) {
      if (this.ping(name, address, 1) === 1) return;
    }
    throw new Error(`${address} did not answer ${name} within ${limitMs} ms`);
  }

  day0(files) {
    const source = join(this.folder, 'day0');
    mkdirSync(source, { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(source, name), typeof content === 'string' ? content : JSON.stringify(content));
    }
    run('genisoimage', '-quiet', '-J', '-V', 'cidata', '-o', join(this.folder, 'day0.iso'), source);
  }

  // Boots the image; `emulated` gives it hardware of a machine without virtio, `model` says which network card. `direct`
  // is { kernel, initramfs, cmdline } to start without a boot loader; there need not be an image then.
  boot(image, { emulated = false, model = 'e1000e', direct } = {}) {
    const file = (name) => join(this.folder, name);
    const from = image ? ['-F', 'qcow2', '-b', image, file('root.qcow2')] : [file('root.qcow2'), '16M'];
    run('qemu-img', 'create', '-q', '-f', 'qcow2', ...from);
    const nic = emulated ? model : 'virtio-net-pci,romfile=';
    const disks = emulated
      ? ['-device', 'ide-hd,drive=root,bus=ide.0,bootindex=1', '-device', 'ide-cd,drive=day0,bus=ide.1']
      : ['-device', 'virtio-blk-pci,drive=root,bootindex=1', '-device', 'virtio-blk-pci,drive=day0'];
    const cards = this.sides.flatMap((side) => [
      ...['-netdev', `tap,id=${side.name},ifname=${side.tap},script=no,downscript=no`],
      ...['-device', `${nic},netdev=${side.name},mac=${side.mac}`],
    ]);
    this.agent = new GuestAgent(file('agent.sock'));
    this.monitor = file('monitor.sock');
    this.qemu = this.start(
      'host',
      [
        ...['qemu-system-x86_64', '-accel', 'tcg', '-M', 'q35', '-cpu', 'Nehalem', '-m', '256', '-smp', '1'],
        ...(direct ? ['-kernel', direct.kernel, '-initrd', direct.initramfs, '-append', direct.cmdline] : []),
        ...['-nodefaults', '-display', 'none', '-serial', `file:${file('console.log')}`],
        ...['-drive', `if=none,id=root,file=${file('root.qcow2')}`],
        ...['-drive', `if=none,id=day0,format=raw,readonly=on,file=${file('day0.iso')}`, ...disks, ...cards],
        ...[
          '-device',
          'virtio-serial-pci',
          '-chardev',
          `socket,id=agent,path=${file('agent.sock')},server=on,wait=off`,
        ],
        ...['-device', 'virtserialport,chardev=agent,name=org.qemu.guest_agent.0'],
        ...['-qmp', `unix:${this.monitor},server=on,wait=off`],
      ],
      'qemu.log',
    );
  }

  console() {
    return readFileSync(join(this.folder, 'console.log'), 'utf8');
  }

  async close() {
    for (const child of this.#children) child.kill('SIGTERM');
    await Promise.race([Promise.all(this.#children.map((child) => child.ended)), sleep(3000)]);
    for (const child of this.#children) child.kill('SIGKILL');
    for (const netns of [...this.sides.map((side) => side.netns), `${this.tag}-host`])
      run('ip', 'netns', 'delete', netns);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
