/** Domains: define, start, stop, undefine, read (libvirt-domain). */
import { readFileSync } from 'node:fs';
import { elements, find, textOf } from '../../../libvirt-xml/xml/element.js';
import { whyMalformed } from '../../../libvirt-xml/read-well-formed.js';
import { readXml } from '../../../libvirt-xml/read-xml.js';
import { defined } from '../../../shared/defined.js';
import { type VnfcId, vnfcId } from '../../../shared/ids.js';
import type { DomainInfo } from '../../engine.js';
import {
  ConnectListAllDomains,
  DomainCreateWithFlags,
  DomainCreateXML,
  DomainDefineXMLFlags,
  DomainDestroyFlags,
  DomainFree,
  DomainGetName,
  DomainGetState,
  DomainGetUUIDString,
  DomainGetXMLDesc,
  DomainIsActive,
  DomainIsPersistent,
  DomainLookupByName,
  DomainLookupByUUIDString,
  type DomainPtr,
  DomainResume,
  DomainShutdownFlags,
  DomainUndefineFlags,
  type Out,
} from '../bindings.js';
import { CallRefusal, check, mapListed, NativeFailure, present, unless, using } from '../native.js';
import { reasonWord, stateWord } from '../words.js';
import type { CallContext } from './context.js';
import { agentChannel } from '../../../libvirt-xml/agent-channel.js';

const INVALID_ARG = 8;
const NO_DOMAIN = 42;
const OPERATION_INVALID = 55;
const DEFINE_VALIDATE = 1;
const START_AUTODESTROY = 2;
const SHUTDOWN_ACPI = 1;
const SHUTDOWN_AGENT = 2;
/** MANAGED_SAVE, SNAPSHOTS_METADATA, NVRAM, CHECKPOINTS_METADATA. */
const UNDEFINE_ALL = 1 | 2 | 4 | 16;
const PAUSED = 3;
const INACTIVE = 2;
const LIST_ACTIVE = 1;
const LIST_INACTIVE = 2;

export function withDomain<T>(context: CallContext, uuid: VnfcId, use: (domain: DomainPtr) => T): T {
  return using(present(DomainLookupByUUIDString(context.conn, uuid)), DomainFree, use);
}

export function ensureDomain(context: CallContext, xml: string): DomainInfo {
  const { name, uuid } = identityOf(xml);
  refuseForeignName(context, name, uuid);
  const domain = present(DomainDefineXMLFlags(context.conn, xml, DEFINE_VALIDATE));
  return using(domain, DomainFree, (defined) => infoOf(context, defined));
}

export function ensureStarted(context: CallContext, uuid: VnfcId): DomainInfo {
  return withDomain(context, uuid, (domain) => {
    if (check(DomainIsActive(domain)) === 0) start(domain);
    else if (stateOf(domain).state === PAUSED) check(DomainResume(domain));
    return infoOf(context, domain);
  });
}

/** Someone else may start it between our look and our act. */
function start(domain: DomainPtr): void {
  try {
    check(DomainCreateWithFlags(domain, 0));
  } catch (error) {
    if (DomainIsActive(domain) !== 1) throw error;
  }
}

/** Asks the guest to power off; does not wait. */
export function requestShutdown(context: CallContext, uuid: VnfcId, via: 'agent' | 'acpi'): void {
  withDomain(context, uuid, (domain) =>
    unless([OPERATION_INVALID], () =>
      check(DomainShutdownFlags(domain, via === 'agent' ? SHUTDOWN_AGENT : SHUTDOWN_ACPI)),
    ),
  );
}

export function destroyDomain(context: CallContext, uuid: VnfcId): DomainInfo {
  return withDomain(context, uuid, (domain) => {
    destroy(domain);
    return infoOf(context, domain);
  });
}

export function removeDomain(context: CallContext, uuid: VnfcId): void {
  unless([NO_DOMAIN], () => {
    withDomain(context, uuid, (domain) => {
      const persistent = check(DomainIsPersistent(domain)) === 1;
      destroy(domain);
      if (persistent) undefine(domain);
    });
  });
}

function destroy(domain: DomainPtr): void {
  if (check(DomainIsActive(domain)) === 0) return;
  unless([OPERATION_INVALID, NO_DOMAIN], () => check(DomainDestroyFlags(domain, 0)));
}

/** Drivers refuse flags that they do not know (INVALID_ARG): the test driver knows none of NVRAM. */
function undefine(domain: DomainPtr): void {
  unless([NO_DOMAIN], () => {
    try {
      check(DomainUndefineFlags(domain, UNDEFINE_ALL));
    } catch (error) {
      if (!(error instanceof NativeFailure) || error.code !== INVALID_ARG) throw error;
      check(DomainUndefineFlags(domain, 0));
    }
  });
}

/** A transient domain that dies with this worker's connection. */
export function createTransient(context: CallContext, xml: string): void {
  DomainFree(present(DomainCreateXML(context.conn, xml, START_AUTODESTROY)));
}

export const domainInfo = (context: CallContext, uuid: VnfcId): DomainInfo =>
  withDomain(context, uuid, (domain) => infoOf(context, domain));

export const listDomains = (context: CallContext): DomainInfo[] =>
  mapListed<DomainPtr, DomainInfo | undefined>(
    (list) => ConnectListAllDomains(context.conn, list, 0),
    DomainFree,
    (domain) => unless([NO_DOMAIN], () => infoOf(context, domain)),
  ).filter((info) => info !== undefined);

export const domainXml = (context: CallContext, uuid: VnfcId, which?: 'defined'): string =>
  withDomain(context, uuid, (domain) => present(DomainGetXMLDesc(domain, which === 'defined' ? INACTIVE : 0)));

/** XML of every domain that runs, or of every one that does not. */
export const domainXmls = (context: CallContext, which: 'active' | 'inactive'): string[] =>
  mapListed<DomainPtr, string | undefined>(
    (list) => ConnectListAllDomains(context.conn, list, which === 'active' ? LIST_ACTIVE : LIST_INACTIVE),
    DomainFree,
    (domain) => {
      context.progress();
      return unless([NO_DOMAIN], () => present(DomainGetXMLDesc(domain, 0)));
    },
  ).filter((xml) => xml !== undefined);

/** Whether QEMU sees the guest's agent on its channel; false when there is no such channel. */
export const agentConnected = (context: CallContext, uuid: VnfcId): boolean =>
  elements(find(readXml(domainXml(context, uuid)), 'devices'), 'channel')
    .map((channel) => find(channel, 'target')?.attributes)
    .some((target) => target?.['name'] === agentChannel && target['state'] === 'connected');

/** Whether the rest is right is for libvirt to say, but without these two it would make them up. */
function identityOf(xml: string): { readonly name: string; readonly uuid: string } {
  const malformed = whyMalformed(xml);
  if (malformed !== undefined) throw new CallRefusal('Rejected', `The domain XML is not XML: ${malformed}`);
  const root = readXml(xml);
  const [name, uuid] = [textOf(find(root, 'name')), textOf(find(root, 'uuid'))];
  if (name === '' || uuid === '') throw new CallRefusal('Rejected', 'The domain XML names no domain and UUID.');
  return { name, uuid };
}

/** The name decides nothing, the UUID does: a name that another domain bears is a conflict. */
function refuseForeignName(context: CallContext, name: string, uuid: string): void {
  const holder = unless([NO_DOMAIN], () => present(DomainLookupByName(context.conn, name)));
  if (holder === undefined) return;
  const found = using(holder, DomainFree, uuidOf);
  if (found !== uuid) throw new CallRefusal('Conflict', `The name ${name} belongs to domain ${found}.`);
}

export function uuidOf(domain: DomainPtr): VnfcId {
  const buffer = Buffer.alloc(37);
  check(DomainGetUUIDString(domain, buffer));
  return vnfcId(buffer.toString('latin1', 0, 36));
}

function stateOf(domain: DomainPtr): { readonly state: number; readonly reason: number } {
  const state: Out<number> = [0];
  const reason: Out<number> = [0];
  check(DomainGetState(domain, state, reason, 0));
  return { state: state[0], reason: reason[0] };
}

function infoOf(context: CallContext, domain: DomainPtr): DomainInfo {
  const { state, reason } = stateOf(domain);
  const name = present(DomainGetName(domain));
  const pid = pidOf(context, name);
  return {
    uuid: uuidOf(domain),
    name,
    state: stateWord(state),
    reason: reasonWord(state, reason),
    ...(check(DomainIsPersistent(domain)) === 0 && { isTransient: true }),
    ...defined({ pid }),
  };
}

/** libvirt has no call for it; its daemon writes QEMU's process id into a file of its run directory. */
export function pidOf(context: CallContext, name: string): number | undefined {
  const directory = context.options.pidDirectory;
  if (directory === undefined || name.includes('/')) return undefined;
  try {
    const pid = Number.parseInt(readFileSync(`${directory}/${name}.pid`, 'utf8'), 10);
    return Number.isSafeInteger(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}
