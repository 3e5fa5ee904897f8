/**
 * The storages of a VDU in the order of its requirements, each once: a requirement written twice asks for no second disk.
 */
import type { Flavour, Vdu, VirtualStorage } from './model.js';

export const storagesOf = ({ storages }: Flavour, { storageIds }: Vdu): readonly VirtualStorage[] =>
  [...new Set(storageIds)].flatMap((id) => storages.filter((storage) => storage.id === id));
