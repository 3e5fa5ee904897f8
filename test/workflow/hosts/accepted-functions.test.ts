/** What an operator may accept of a function in quarantine, and what is said when he may not. */
import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { AcceptedFunction, HostFacts, PciFunction } from '../../../src/inventory/model.js';
import { hostId } from '../../../src/shared/ids.js';
import { ok, refuse } from '../../../src/shared/outcome.js';
import { problem } from '../../../src/shared/problem.js';
import { systemClock } from '../../../src/system.js';
import { AcceptedFunctions } from '../../../src/workflow/hosts/accepted-functions.js';
import { card, host } from '../../builders/placement.js';

const h1 = hostId('h1');
const [pf, vf] = card(1, 0, 1) as readonly [PciFunction, PciFunction];
const bound: PciFunction = { ...vf, driver: 'vfio-pci' };
const faulty: PciFunction = {
  ...bound,
  quarantine: { reason: 'it has driver vfio-pci', repair: 'virsh destroy d' },
  takenBy: 'in quarantine: it has driver vfio-pci',
};

interface World {
  /** What each reading shows; undefined: the host does not answer. */
  readonly readings: readonly (PciFunction | undefined)[];
  readonly known?: readonly AcceptedFunction[];
  readonly isHeld?: boolean;
}

function made({ readings, known = [], isHeld = false }: World) {
  const left = [...readings];
  let facts: HostFacts = { ...host('h1').facts, pciFunctions: [pf, faulty] };
  let reachable = true;
  const kept: AcceptedFunction[] = [];
  const log: string[] = [];
  const service = new AcceptedFunctions({
    fleet: {
      isConfigured: (id) => id === h1,
      host: () => ({ ...host('h1'), facts, reachable }),
      whyUnreachable: () => 'connection refused',
      readAgain: async () => {
        const one = left.shift();
        reachable = one !== undefined;
        if (one !== undefined) facts = { ...facts, pciFunctions: [pf, one] };
        return reachable;
      },
    },
    store: {
      acceptFunction: async (_id, accepted) => {
        if (isHeld) return refuse(problem('wrong-state', 'held by VNFC a'));
        kept.push(accepted);
        return ok(undefined);
      },
      acceptedFunctions: async () => known,
    },
    clock: systemClock,
    log: pino({}, { write: (line: string) => void log.push(line) }),
  });
  return { accept: (address = vf.address, id = h1) => service.accept(id, address, 'ann'), kept, log };
}

test('it is accepted as the host shows it now, and the log says who did it and what had been wrong', async () => {
  const { accept, kept, log } = made({ readings: [faulty, bound] });
  expect(await accept(vf.address.toUpperCase())).toEqual(ok(undefined));
  expect(kept).toEqual([{ address: vf.address, driver: 'vfio-pci' }]);
  expect(JSON.parse(log[0] ?? '')).toMatchObject({ hostId: h1, address: vf.address, by: 'ann', was: faulty.takenBy });
});

test('a request that is repeated is met', async () => {
  const { accept, kept } = made({ readings: [bound], known: [{ address: vf.address, driver: 'vfio-pci' }] });
  expect(await accept()).toEqual(ok(undefined));
  expect(kept).toEqual([]);
});

const gone: PciFunction = { ...faulty, isGone: true, takenBy: 'it is gone from the host' };
const inUse: PciFunction = { ...faulty, guest: { domain: 'd' } };

test.each<[string, World, number, RegExp]>([
  ['is not in quarantine', { readings: [bound] }, 409, /is not in quarantine.*berth host show h1/],
  [
    'was accepted in another state',
    { readings: [bound], known: [{ address: vf.address }] },
    409,
    /is not in quarantine/,
  ],
  ['is in a domain', { readings: [inUse] }, 409, /domain d has it\. Remove that domain: virsh destroy d/],
  ['is gone', { readings: [gone] }, 409, /it is gone from the host/],
  ['is claimed meanwhile', { readings: [faulty], isHeld: true }, 409, /held by VNFC a/],
  ['cannot be read', { readings: [undefined] }, 503, /connection refused\. Nothing was accepted/],
])('a function that %s is not accepted', async (_what, world, status, detail) => {
  const { accept, kept } = made(world);
  expect(await accept()).toMatchObject({ ok: false, problem: { status, detail: expect.stringMatching(detail) } });
  expect(kept).toEqual([]);
});

test.each<[string, PciFunction | undefined, number, RegExp]>([
  ['changes', faulty, 409, /changed while it was accepted/],
  ['is not seen again', undefined, 503, /is accepted, and free once it is read/],
])('a function that %s while it is accepted is not called free', async (_what, last, status, detail) => {
  const { accept } = made({ readings: [faulty, last] });
  expect(await accept()).toMatchObject({ ok: false, problem: { status, detail: expect.stringMatching(detail) } });
});

test('what is unknown is named', async () => {
  const { accept } = made({ readings: [faulty] });
  const unknown = (detail: string) => ({ ok: false, problem: { detail: expect.stringContaining(detail) } });
  expect(await accept(vf.address, hostId('h9'))).toMatchObject(unknown('no host h9'));
  expect(await accept('0000:ff:00.0')).toMatchObject(unknown('Host h1 has no PCI function 0000:ff:00.0'));
});
