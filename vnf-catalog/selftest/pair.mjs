// Two guests that share addresses, on the sides west and east of a lab: 10.1.0.1, fd01::1, 10.2.0.1 and fd02::1.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Lab } from './lab.mjs';
import { Member } from './member.mjs';
import { configure, ethernet, status, until } from './vnf.mjs';

const MASTER = 1;
const PING_MS = 10;
const BOOT_LIMIT_MS = 60_000;
const SETTLE_MS = 1500;

export class Pair {
  lab = new Lab();

  constructor(image, document) {
    for (const [number, name] of [
      [1, 'west'],
      [2, 'east'],
    ]) {
      this.lab.addSide(name, `10.${number}.0.10/24`, `10.${number}.0.1`);
      this.lab.in(name, 'ip', 'address', 'add', `fd0${number}::10/64`, 'dev', 'eth0', 'nodad');
      this.lab.in(name, 'ip', '-6', 'route', 'add', 'default', 'via', `fd0${number}::1`);
    }
    this.members = [this.lab, new Member(this.lab, 2)];
    this.members.forEach((member, at) => this.#boot(member, at + 2, image, document));
  }

  #boot(member, host, image, document) {
    const [west, east] = member.sides;
    member.image = image;
    member.day0({
      'meta-data': {
        'instance-id': `i-${host}`,
        'local-hostname': `member-${host}`,
        vips: { west: ['10.1.0.1/24', 'fd01::1/64'], east: ['10.2.0.1/24', 'fd02::1/64'] },
      },
      'network-config': {
        version: 2,
        ethernets: {
          west: ethernet(west, `10.1.0.${host}/24`, `fd01::${host}/64`),
          east: ethernet(east, `10.2.0.${host}/24`, `fd02::${host}/64`),
        },
      },
      'user-data': document,
    });
    member.boot(image, {});
  }

  // Both are ready, and one of them is master.
  async settle() {
    for (const member of this.members) await member.agent.awaitReady(BOOT_LIMIT_MS);
    await until('both ready', BOOT_LIMIT_MS, async () =>
      (await Promise.all(this.members.map(status))).every((seen) => seen.ready),
    );
    await until('one master', BOOT_LIMIT_MS, async () => (await this.masters()).length === 1);
    await this.lab.awaitPing('west', '10.2.0.10', BOOT_LIMIT_MS);
  }

  async masters() {
    const seen = await Promise.all(this.members.map(status));
    return this.members.filter((_, at) => seen[at].gauges.vrrp_state === MASTER);
  }

  async master() {
    const [master, ...more] = await this.masters();
    assert.ok(master && more.length === 0, 'not one master');
    return master;
  }

  async configure(document) {
    for (const member of this.members) {
      const { code, stderr } = await configure(member, document);
      assert.equal(code, 0, stderr);
    }
  }

  // What `act` costs those who ping through the pair every 10 ms.
  async measure(what, act) {
    const names = ['10.2.0.10', 'fd02::10'];
    const pings = names.map((address, at) =>
      this.lab.start('west', ['ping', '-n', '-D', '-i', String(PING_MS / 1000), address], `ping-${what}-${at}.log`),
    );
    await sleep(SETTLE_MS);
    await act();
    await this.lab.awaitPing('west', '10.2.0.10', BOOT_LIMIT_MS);
    await this.lab.awaitPing('west', 'fd02::10', BOOT_LIMIT_MS);
    await sleep(SETTLE_MS);
    for (const ping of pings) ping.kill('SIGINT');
    await Promise.all(pings.map((ping) => ping.ended));
    return names.map((_, at) => lossIn(readFileSync(join(this.lab.folder, `ping-${what}-${at}.log`), 'utf8')));
  }

  async close() {
    await this.lab.close();
  }
}

// Packets that did not come back, and the most seconds between two answers.
function lossIn(log) {
  const answers = [...log.matchAll(/^\[([\d.]+)\].*icmp_seq=(\d+) ttl/gm)].map((found) => found.slice(1).map(Number));
  const seconds = answers.slice(1).map(([at], before) => at - answers[before][0]);
  const [first, last] = [answers[0], answers[answers.length - 1]].map((answer) => answer[1]);
  return { lost: last - first + 1 - answers.length, seconds: Math.max(...seconds) };
}

// Pulls the cable of a member's card, or puts it back.
export function setLink(member, name, up) {
  return new Promise((resolve, reject) => {
    const monitor = connect(member.monitor);
    const commands = [{ execute: 'qmp_capabilities' }, { execute: 'set_link', arguments: { name, up } }];
    let answers = 0;
    monitor.on('error', reject);
    monitor.on('data', (data) => {
      answers += data.toString().split('"return"').length - 1;
      if (data.toString().includes('"error"')) reject(new Error(data.toString()));
      if (answers < commands.length) return;
      monitor.destroy();
      resolve();
    });
    for (const command of commands) monitor.write(`${JSON.stringify(command)}\n`);
  });
}

export async function kill(member) {
  member.qemu.kill('SIGKILL');
  await member.qemu.ended;
}
