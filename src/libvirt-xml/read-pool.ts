/** Storage pools as libvirt has them (formatstorage). Sizes are always in bytes there. */
import { canonicalIp } from '../shared/ip-address.js';
import { readXml } from './read-xml.js';
import { attribute } from './read-values.js';
import { find, textOf, type XmlElement } from './xml/element.js';
import { defined } from '../shared/defined.js';

export interface PoolDescription {
  readonly name: string;
  /** `dir`, `fs`, `netfs`, `logical` … */
  readonly type: string;
  /** What is mounted: a device, or `server:/folder`, in the same spelling on every host that mounts it. */
  readonly source?: string;
  /** Empty for pools that are no directory. */
  readonly path: string;
  /** Absent where libvirt does not say, as of a pool that was never refreshed. */
  readonly capacityBytes?: number;
  readonly availableBytes?: number;
}

export function readPool(xml: string): PoolDescription {
  const root = readXml(xml);
  return {
    name: textOf(find(root, 'name')),
    type: root.attributes['type'] ?? '',
    path: textOf(find(root, 'target', 'path')),
    ...defined({
      source: sourceOf(root),
      capacityBytes: bytesIn(root, 'capacity'),
      availableBytes: bytesIn(root, 'available'),
    }),
  };
}

function sourceOf(root: XmlElement): string | undefined {
  const source = find(root, 'source');
  const device = attribute(find(source, 'device'), 'path');
  const [server, folder] = [attribute(find(source, 'host'), 'name'), attribute(find(source, 'dir'), 'path')];
  return (
    device ?? (server === undefined || folder === undefined ? undefined : `${oneServer(server)}:${onePath(folder)}`)
  );
}

/** Names of servers are the same in capitals and with the dot of the root. */
const oneServer = (server: string): string =>
  canonicalIp(server.replace(/^\[(.*)\]$/, '$1'))
    .toLowerCase()
    .replace(/\.$/, '');

const onePath = (folder: string): string => folder.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');

function bytesIn(root: XmlElement, name: string): number | undefined {
  const text = textOf(find(root, name)).trim();
  return text === '' ? undefined : Number(text);
}
