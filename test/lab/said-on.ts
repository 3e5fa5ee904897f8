import { createLibvirtEngine } from '../../src/engine/libvirt/libvirt-engine.js';
import { hostId } from '../../src/shared/ids.js';
import { systemClock } from '../../src/system.js';

/** What a call says by this URI; undefined when the way is open. */
export async function saidOn(uri: string): Promise<string | undefined> {
  const engine = createLibvirtEngine({ hostId: hostId('lab0'), clock: systemClock, uri, acceleration: 'kvm' });
  try {
    await engine.start();
    return await engine.freePages().then(
      () => undefined,
      (error: Error) => error.message,
    );
  } finally {
    await engine.stop();
  }
}
