/**
 * The serial number under which a guest finds its disk (`/dev/disk/by-id/virtio-<serial>`). Virtio and ATA hold 20
 * bytes of it and libvirt few characters; an id that does not fit, or looks as one made to fit, is cut and made unique again by a hash.
 */
import { fnv1aHex } from '../shared/hash.js';

const limit = 20;
const endsInHash = /-[0-9a-f]{8}$/;

export function diskSerial(id: string): string {
  const safe = id.replace(/[^A-Za-z0-9_.+-]/g, '_');
  if (safe === id && id.length <= limit && id !== '' && !endsInHash.test(id)) return id;
  return `${safe.slice(0, limit - 9)}-${fnv1aHex(id)}`;
}
