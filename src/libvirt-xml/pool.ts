/**
 * A storage pool over a directory of the host. Others on the host may pass through it but not list it: volumes carry
 * day-0 secrets.
 */
import { el } from './xml/element.js';
import { render } from './xml/render.js';

export interface DirectoryPool {
  readonly name: string;
  readonly path: string;
}

export function directoryPoolXml(pool: DirectoryPool): string {
  const permissions = el('permissions', {}, el('mode', {}, '0711'));
  return render(
    el('pool', { type: 'dir' }, el('name', {}, pool.name), el('target', {}, el('path', {}, pool.path), permissions)),
  );
}
