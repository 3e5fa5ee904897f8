// A closed network for one guest: everything, the guest included, lives in namespaces of its own names,
// so that neither the host's network nor another run is touched. `close` removes what was made.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bootGuest, writeDay0 } from './guest.mjs';

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
    const output = openSync(resolve(this.folder, log), 'a');
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
    writeDay0(this.folder, files);
  }

  // Boots the image; the options are those of bootGuest.
  boot(image, options) {
    bootGuest(this, image, options);
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
