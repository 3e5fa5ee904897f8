/** CPUs that are there and switched off (SMT off among others): whatever topology says of their place is made up. */
import { free, memcpy, NodeGetCPUMap, type ArrayPtr, type ConnectPtr, type Out } from '../bindings.js';
import { check, using } from '../native.js';
import { hostCpusOf } from './cpu-map.js';

export function offlineCpus(conn: ConnectPtr): readonly number[] {
  const map: Out<ArrayPtr | null> = [null];
  const count = check(NodeGetCPUMap(conn, map, null, 0));
  const [address] = map;
  if (address === null) return [];
  const bits = Buffer.alloc(Math.ceil(count / 8));
  using(address, free, () => {
    memcpy(bits, address, bits.length);
  });
  const online = new Set(hostCpusOf(bits));
  return Array.from({ length: count }, (_, cpu) => cpu).filter((cpu) => !online.has(cpu));
}
