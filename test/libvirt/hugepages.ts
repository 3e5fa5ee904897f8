/**
 * The host's pool of 2 MiB pages, which every process on it shares: grown for a suite and shrunk by as much again.
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

/** Sees that `wanted` pages are free, whatever others take meanwhile; the answer gives back what that took. */
export function borrowPages(wanted: number): () => void {
  let grown = 0;
  const giveBack = (): void => resize(read('nr_hugepages') - grown);
  for (let attempt = 0; attempt < attempts && freePages() < wanted; attempt++) {
    const before = read('nr_hugepages');
    resize(before + wanted - freePages());
    grown += Math.max(0, read('nr_hugepages') - before);
  }
  const free = freePages();
  if (free >= wanted) return giveBack;
  giveBack();
  throw new Error(`this host has no ${wanted} hugepages of 2 MiB to spare, only ${free}`);
}

/** Another program of the host takes all free pages but `left`; the answer gives them back. */
export function takePages(daemon: PrivateLibvirtd, left: number): () => void {
  const file = `${daemon.folder}/huge/taken`;
  const inside = (...command: readonly string[]): void => {
    execFileSync('nsenter', [`--mount=/proc/${daemon.pid()}/ns/mnt`, ...command]);
  };
  inside('fallocate', '--length', `${(freePages() - left) * 2}MiB`, file);
  return () => inside('rm', '-f', file);
}
