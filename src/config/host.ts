/**
 * One host out of its settings, whether they stand in the configuration or were sent to add one.
 */
import type { HostText } from '../inventory/host-settings.js';
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
  const cards = Object.values(told.physicalNetworks ?? {}).flat();
  const twice = cards.find((card, at) => cards.indexOf(card) !== at);
  if (twice)
    throw new ConfigError([`hosts: physicalNetworks of ${id} names "${twice}" twice, a card is on one network`]);
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
