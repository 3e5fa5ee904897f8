/**
 * The host's pool of 2 MiB pages, which every process on it shares: grown for a suite and shrunk by as much again.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { PrivateLibvirtd } from './private-libvirtd.js';

const folder = '/sys/kernel/mm/hugepages/hugepages-2048kB';
const read = (name: string): number => Number(readFileSync(`${folder}/${name}`, 'utf8'));
const resize = (pages: number): void => writeFileSync(`${folder}/nr_hugepages`, String(pages));

/** Free and promised to nobody. */
export const freePages = (): number => read('free_hugepages') - read('resv_hugepages');

/** Sees that `wanted` pages are free; the answer gives back what that took. */
export function borrowPages(wanted: number): () => void {
  const before = read('nr_hugepages');
  const missing = Math.max(0, wanted - freePages());
  if (missing > 0) resize(before + missing);
  const grown = read('nr_hugepages') - before;
  const giveBack = (): void => {
    if (grown > 0) resize(read('nr_hugepages') - grown);
  };
  if (freePages() >= wanted) return giveBack;
  giveBack();
  throw new Error(`this host has no ${wanted} hugepages of 2 MiB to spare, only ${freePages()} are free`);
}

/** Another program of the host takes all free pages but `left`; the answer takes it away again. */
export function takePages(daemon: PrivateLibvirtd, left: number): () => void {
  const file = `${daemon.folder}/huge/taken`;
  const inside = (...command: readonly string[]): void => {
    execFileSync('nsenter', [`--mount=/proc/${daemon.pid()}/ns/mnt`, ...command]);
  };
  inside('fallocate', '--length', `${(freePages() - left) * 2}MiB`, file);
  return () => inside('rm', file);
}
