/**
 * The host's pool of 2 MiB pages, which all processes on it share: grown for a suite and shrunk by as much again.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { PrivateLibvirtd } from './private-libvirtd.js';

const folder = '/sys/kernel/mm/hugepages/hugepages-2048kB';
const read = (name: string): number => Number(readFileSync(`${folder}/${name}`, 'utf8'));
const resize = (pages: number): void => writeFileSync(`${folder}/nr_hugepages`, String(pages));

/** Pages of a NUMA cell: all, or those that are free. */
export function pagesOf(cell: number, which: 'nr' | 'free'): number {
  const ofCell = `/sys/devices/system/node/node${cell}/hugepages/hugepages-2048kB`;
  return Number(readFileSync(`${existsSync(ofCell) ? ofCell : folder}/${which}_hugepages`, 'utf8'));
}

/** Free and promised to nobody. */
const freePages = (): number => read('free_hugepages') - read('resv_hugepages');

/** Why this host cannot be given hugepages; undefined when it can. */
export function missingPages(): string | undefined {
  try {
    accessSync(`${folder}/nr_hugepages`, constants.W_OK);
    return undefined;
  } catch {
    return `no hugepages of 2 MiB can be set aside (${folder}/nr_hugepages)`;
  }
}

const attempts = 5;

/** Grows the pool until `wanted` pages are free, whatever others take meanwhile; the answer gives back what that took. */
export function borrowPages(wanted: number): () => void {
  const before = read('nr_hugepages');
  let grown = 0;
  const giveBack = (): void => {
    const now = read('nr_hugepages');
    if (now > before) resize(Math.max(before, now - grown));
  };
  for (let attempt = 0; attempt < attempts && freePages() < wanted; attempt++) {
    const last = read('nr_hugepages');
    resize(last + wanted - freePages());
    grown += Math.max(0, read('nr_hugepages') - last);
  }
  const free = freePages();
  if (free >= wanted) return giveBack;
  giveBack();
  throw new Error(`this host has no ${wanted} hugepages of 2 MiB to spare, only ${free}`);
}

/** Sets pages aside for the guests of one libvirtd, until that is stopped: nobody else on the host can have them. */
export function setAside(daemon: PrivateLibvirtd, pages: number): void {
  const options = `pagesize=2M,min_size=${pages * 2}M`;
  inside(daemon, 'mount', '-t', 'hugetlbfs', '-o', options, 'hugetlbfs', `${daemon.folder}/huge`);
}

/**
 * Another program takes all pages but `left`: those that are free on the host, and what is left of the `aside` ones.
 * The answer gives them back.
 */
export function takePages(daemon: PrivateLibvirtd, aside: number, left: number): () => void {
  const file = `${daemon.folder}/huge/taken`;
  inside(daemon, 'fallocate', '--length', `${(freePages() + aside - left) * 2}MiB`, file);
  return () => inside(daemon, 'rm', '-f', file);
}

const inside = (daemon: PrivateLibvirtd, ...command: readonly string[]): void => {
  execFileSync('nsenter', [`--mount=/proc/${daemon.pid()}/ns/mnt`, ...command]);
};
