/**
 * One host out of its settings, whether they stand in the configuration or were sent to add one.
 */
import type { HostText } from '../inventory/host-settings.js';
import { cardName } from '../inventory/named-cards.js';
import { hostId } from '../shared/ids.js';
import { ConfigError, type HostConfig } from './config.js';

export const staysDown = (bringBack = true) => (bringBack ? {} : ({ bringBack: false } as const));

/** Throws ConfigError. */
export function hostOf({
  id,
  uri,
  zone = 'default',
  sharedCpuRatio = 4,
  pool,
  reserved,
  acceleration,
  bringBack,
  ...told
}: HostText): HostConfig {
  const twice = twiceNamed(told.physicalNetworks);
  if (twice !== undefined)
    throw new ConfigError([`hosts: physicalNetworks of ${id} names ${twice}; a card is on one network, name it once`]);
  if (!URL.canParse(uri)) throw new ConfigError([`hosts: uri of ${id} cannot be read: correct its host, port or path`]);
  return {
    id: hostId(id),
    uri,
    zone,
    sharedCpuRatio,
    ...staysDown(bringBack),
    ...(pool && { pool }),
    ...(reserved && { reserved }),
    ...(acceleration && { acceleration }),
    told,
  };
}

/** `card ens1f0 under physnet1 and physnet2`. Names of one card of which nobody but the host knows are found when it is read. */
function twiceNamed(networks: HostText['physicalNetworks'] = {}): string | undefined {
  const known = new Map<string, string>();
  for (const [network, cards] of Object.entries(networks)) {
    for (const card of cards) {
      const name = cardName(card);
      const other = known.get(name);
      if (other !== undefined) return `card ${card} under ${other} and ${network}`;
      known.set(name, network);
    }
  }
  return undefined;
}
