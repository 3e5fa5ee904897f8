// A further guest on the sides of a lab, beside the lab's own: a pair of VNFCs shares networks.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bootGuest, writeDay0 } from './guest.mjs';

export class Member {
  // `number` tells the members of a lab apart: 2, 3, ...
  constructor(lab, number) {
    this.lab = lab;
    this.folder = join(lab.folder, `member-${number}`);
    mkdirSync(this.folder);
    this.sides = lab.sides.map((side) => this.#join(side, number));
  }

  #join(side, number) {
    const tap = `t${number}-${side.name}`;
    const host = (...args) => execFileSync('ip', ['-n', `${this.lab.tag}-host`, ...args]);
    host('tuntap', 'add', tap, 'mode', 'tap');
    host('link', 'set', tap, 'master', `b-${side.name}`);
    host('link', 'set', tap, 'up');
    return { ...side, tap, mac: side.mac.replace(':00:0', `:0${number}:0`) };
  }

  start(name, command, log) {
    return this.lab.start(name, command, join(this.folder, log));
  }

  day0(files) {
    writeDay0(this.folder, files);
  }

  boot(image, options) {
    bootGuest(this, image, options);
  }
}
