/** Every call that a child process can be asked for, by name. The names and types are the protocol. */
import { agentCommand } from './agent.js';
import {
  agentConnected,
  createTransient,
  destroyDomain,
  domainInfo,
  domainXml,
  ensureDomain,
  ensureStarted,
  listDomains,
  removeDomain,
  requestShutdown,
} from './domains.js';
import { detachCard, ensureCard } from './cards.js';
import type { CallContext } from './context.js';
import { describeHost, freePages, reach } from './host.js';
import { tryGuestDriver } from './guest-driver.js';
import { ensureNetwork, listNetworks, removeNetwork } from './networks.js';
import { readPlainStats, readStats } from './stats.js';
import { describeTuning } from './tuning.js';
import { readWhereabouts } from './whereabouts.js';
import {
  ensureBaseImage,
  ensureBlank,
  ensureContent,
  ensureOverlay,
  listVolumes,
  presentVolumes,
  removeVolume,
} from './volumes.js';

export const calls = {
  agentCommand,
  agentConnected,
  createTransient,
  describeHost,
  describeTuning,
  destroyDomain,
  detachCard,
  domainInfo,
  domainXml,
  ensureBaseImage,
  ensureBlank,
  ensureCard,
  ensureContent,
  ensureDomain,
  ensureNetwork,
  ensureOverlay,
  ensureStarted,
  freePages,
  listDomains,
  listNetworks,
  listVolumes,
  presentVolumes,
  reach,
  readPlainStats,
  readStats,
  readWhereabouts,
  removeDomain,
  removeNetwork,
  removeVolume,
  requestShutdown,
  tryGuestDriver,
} as const;

export type Calls = typeof calls;
export type CallName = keyof Calls;
export type CallArguments<Name extends CallName> =
  Parameters<Calls[Name]> extends [CallContext, ...infer Rest] ? Rest : never;
export type CallResult<Name extends CallName> = ReturnType<Calls[Name]>;
