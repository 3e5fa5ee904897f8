/**
 * Ten mistakes in how a host is set up, each made on a host of the lab: Berth names it with its fix, and refuses a VNF that
 * needs it before anything is defined on the host. Where the fix is a command, that very command mends it.
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { cards } from '../../../src/lab/shape.js';
import type { LeftOut } from '../../../src/lab/without.js';
import { bodyOf } from '../../api/door.js';
import { createInstance, instances } from '../../flow/router.js';
import { operate } from '../../libvirt/berth-life.js';
import { describeUnless, missingLibrary } from '../../libvirt/environment.js';
import { soon } from '../../libvirt/soon.js';
import { berthOnLab, hostLimitMs, type BerthOnLab } from '../berth-on-lab.js';
import { labLimitMs, missingLab, startLab, type TestLab } from '../lab-under-test.js';
import { onboardTiny, removeTiny, runningTiny, tinyInstantiation } from '../tiny-vnf.js';

type Json = Record<string, unknown>;

/** A host is read every half minute, which takes a lab long, and a mistake is waited for several times. */
const limitMs = 15 * 60_000;
jest.setTimeout(limitMs);

interface HostView {
  readonly hypervisor?: { readonly version: string };
  readonly cells: readonly {
    readonly cpus: { readonly total: number };
    readonly pages: readonly { readonly pageSizeKiB: number; readonly total: number }[];
  }[];
  readonly pools: readonly { readonly free: number }[];
  readonly pciFunctions: readonly FunctionView[];
  readonly holders: readonly unknown[];
}

interface FunctionView {
  readonly card?: string;
  readonly state: string;
  readonly unavailableBecause?: string;
  readonly fix?: string;
}

interface Finding {
  readonly code: string;
  readonly reason: string;
  readonly fix: string;
}

interface Mistake {
  /** Commands on the host. */
  readonly made: string;
  readonly undone: string;
  /** Berth's fix holds the command that mends it, which is run before `undone`. */
  readonly isMendedByFix?: true;
  readonly code: string;
  readonly reason: RegExp;
  readonly fix: RegExp;
  /** Seen in `GET /nfvi/v1/hosts/{id}`. */
  readonly shown: (host: HostView) => boolean;
  readonly network?: string;
  readonly needs?: 'siblings';
  readonly refusal: RegExp;
}

const functionsPerCard = 2;
const [west, east] = cards.map(({ pciAddress }) => pciAddress);
const pages = '/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages';
const caches = '/var/cache/libvirt/qemu/capabilities/*.xml';
const filler = '/var/lib/libvirt/images/filler';
/** libvirt tells of functions that were just made one after the other: a reading may have some of them. */
const allOf = (host: HostView, card: string | undefined, because: RegExp): boolean => {
  const functions = host.pciFunctions.filter((one) => one.card === card);
  return functions.length === functionsPerCard && functions.every((one) => because.test(one.unavailableBecause ?? ''));
};
const oneOf = (host: HostView, because: RegExp): boolean =>
  host.pciFunctions.some((one) => because.test(one.unavailableBecause ?? ''));

/** Names as udev gave them; the configuration of this Berth names cards by them. */
const names = { west: 'ens10', east: 'ens11' };
/** Without udev, which gives a device the name of its slot as another one as soon as that is free. */
const swap = (one: string, other: string): string =>
  [
    'udevadm settle && udevadm control --stop-exec-queue',
    `ip link set ${one} down`,
    `ip link set ${other} down`,
    `ip link set ${one} name swapping`,
    `ip link set ${other} name ${one}`,
    `ip link set swapping name ${other}`,
    `ip link set ${one} up`,
    `ip link set ${other} up`,
    'udevadm control --start-exec-queue',
  ].join(' && ');

/** The host's own driver of virtual functions, for all that have none. */
const ownDriver = 'modprobe igbvf && udevadm settle';
const noOwnDriver = 'rmmod igbvf';

const mistakes: Readonly<Record<string, Mistake>> = {
  'the driver for guests cannot be loaded': {
    made: `echo 'blacklist vfio-pci' > /etc/modprobe.d/seeded.conf
      rmmod vfio_pci vfio_pci_core vfio_virqfd vfio_iommu_type1 vfio && systemctl restart libvirtd`,
    undone: 'rm /etc/modprobe.d/seeded.conf',
    isMendedByFix: true,
    code: 'HOST-VF-DRIVER',
    reason: /vfio-pci: .*administratively prohibited/,
    fix: /^`modprobe vfio-pci` on the host says why/,
    shown: (host) => allOf(host, west, /vfio-pci: .*prohibited/) && allOf(host, east, /vfio-pci: .*prohibited/),
    refusal: /VFs on physnet0 short by 2 .*vfio-pci: .*administratively prohibited/,
  },
  'a card is down': {
    made: `ip link set ${names.west} down`,
    undone: `ip link set ${names.west} up`,
    isMendedByFix: true,
    code: 'HOST-NIC-DOWN',
    reason: /^Card ens10 \(0000:41:00\.0\) has no link/,
    fix: /^`ip link set ens10 up` on the host/,
    shown: (host) => allOf(host, west, /its card ens10 is down/) && !oneOf(host, /ens11 is down/),
    refusal: /VFs on physnet0 short by 2 .*its card ens10 is down, and passes nothing: set it up/,
  },
  'a card has no virtual functions': {
    made: `echo 0 > /sys/bus/pci/devices/${west}/sriov_numvfs`,
    undone: `echo 0 > /sys/bus/pci/devices/${west}/sriov_numvfs && echo 2 > /sys/bus/pci/devices/${west}/sriov_numvfs`,
    isMendedByFix: true,
    code: 'HOST-VF-NONE',
    reason: /^Card ens10 \(0000:41:00\.0\) could have 7 virtual functions, and has none/,
    fix: /`echo 7 > \/sys\/bus\/pci\/devices\/0000:41:00\.0\/sriov_numvfs`.*libvirt has no call for it/,
    shown: (host) => !host.pciFunctions.some(({ card }) => card === west),
    refusal: /VFs on physnet0 short by 2 \(needs 2/,
  },
  'hugepages are in one cell only': {
    made: `echo 0 > ${pages}`,
    undone: `echo 640 > ${pages}`,
    isMendedByFix: true,
    code: 'HOST-PAGES-CELL',
    reason: /^Cell 1 has CPUs and no hugepages/,
    fix: /^`echo 640 > .*node1\/hugepages\/hugepages-2048kB\/nr_hugepages`/,
    shown: ({ cells }) => cells[1]?.pages.find(({ pageSizeKiB }) => pageSizeKiB === 2048)?.total === 0,
    network: 'physnet1',
    refusal: /pages of 2 MiB/,
  },
  'SMT is off': {
    made: 'echo off > /sys/devices/system/cpu/smt/control',
    undone: 'echo on > /sys/devices/system/cpu/smt/control',
    isMendedByFix: true,
    code: 'HOST-CPUS-KEPT-OFF',
    reason: /^CPUs 1,7 are kept for the host \(reserved\.sharedCpus\), and are switched off/,
    fix: /^`echo on > \/sys\/devices\/system\/cpu\/smt\/control`/,
    shown: ({ cells }) => cells.every(({ cpus }) => cpus.total === 3),
    needs: 'siblings',
    refusal: /1 sibling pair, has 0; no core of the host has a second thread that is on: SMT is off/,
  },
  'the names of two cards are swapped': {
    made: swap(names.west, names.east),
    undone: swap(names.east, names.west),
    code: 'HOST-NIC-NETWORK',
    reason: /network device ens1[01], which the configuration names, was of the card with MAC address/,
    fix: /^Name cards by MAC address in physicalNetworks/,
    shown: (host) => allOf(host, west, /was of the card with MAC/) && allOf(host, east, /was of the card with MAC/),
    refusal: /VFs on physnet0 short by 2 .*was of the card with MAC address/,
  },
  'the host uses a function': {
    made: `${ownDriver} && ip address add 10.99.0.1/24 dev ens10v0 && ip link set ens10v0 up`,
    undone: noOwnDriver,
    isMendedByFix: true,
    code: 'HOST-VF-TAKEN',
    reason: /its network device ens10v0 is up, so the host may use it/,
    fix: /^`ip link set ens10v0 down` on the host/,
    shown: (host) => oneOf(host, /ens10v0 is up/),
    refusal: /VFs on physnet0 short by 1 \(needs 2.*ens10v0 is up, so the host may use it/,
  },
  'a function is in a bridge of the host': {
    made: `${ownDriver} && ip link add seeded type bridge && ip link set ens10v0 master seeded`,
    undone: `ip link delete seeded; ${noOwnDriver}`,
    isMendedByFix: true,
    code: 'HOST-VF-TAKEN',
    reason: /its network device ens10v0 is part of bridge seeded/,
    fix: /^`ip link set ens10v0 nomaster` on the host/,
    shown: (host) => oneOf(host, /part of bridge seeded/),
    refusal: /VFs on physnet0 short by 1 .*ens10v0 is part of bridge seeded/,
  },
  // What libvirt keeps of QEMU is what it tells: there is no older QEMU for this host.
  'QEMU is old': {
    made: `sed -i 's#<version>7002022<#<version>4002001<#' ${caches} && systemctl restart libvirtd`,
    undone: `sed -i 's#<version>4002001<#<version>7002022<#' ${caches} && systemctl restart libvirtd`,
    code: 'HOST-QEMU-OLD',
    reason: /its QEMU is 4\.2\.1, and Berth starts guests on 5\.2\.0 or newer/,
    fix: /^Drain the host, and upgrade/,
    shown: ({ hypervisor }) => hypervisor?.version === '4.2.1',
    refusal: /its QEMU is 4\.2\.1, and Berth starts guests on 5\.2\.0 or newer/,
  },
  'the pool is full': {
    made: `fallocate -l $(( $(stat -f -c '%f * %S' /) - 20971520 )) ${filler}`,
    undone: `rm ${filler}`,
    code: 'HOST-POOL-FULL',
    reason: /^Pool berth \(\/var\/lib\/libvirt\/images\/berth\) has \d+ of \d+ MiB left/,
    fix: /^`du -xah \/var\/lib\/libvirt\/images\/berth/,
    shown: ({ pools }) => (pools[0]?.free ?? Infinity) < 64,
    refusal: /MiB in one storage pool.*, has \d+/,
  },
};

type ColdMistake = Omit<Mistake, 'made' | 'undone' | 'isMendedByFix'>;

/** Made before the kernel starts. */
const coldMistakes: Readonly<Record<LeftOut, ColdMistake>> = {
  acs: {
    code: 'HOST-IOMMU-GROUP',
    reason: /^Functions .*0000:41:00\.0.* share IOMMU group \d+/,
    fix: /^Put the card into another slot, or switch ACS on/,
    shown: (host) => allOf(host, west, /^its IOMMU group \d+ holds .* too/),
    refusal: /VFs on physnet0 short by 2 .*not counting 2 on the host that share an IOMMU group/,
  },
  iommu: {
    code: 'HOST-IOMMU',
    reason: /functions are to be given to guests, and the host uses no IOMMU/,
    fix: /boot the kernel with intel_iommu=on iommu=pt/,
    shown: (host) => allOf(host, west, /^the host uses no IOMMU/) && allOf(host, east, /^the host uses no IOMMU/),
    refusal: /VFs on physnet0 short by 2 .*the host uses no IOMMU/,
  },
};

const twoNetworks: ColdMistake = {
  code: 'HOST-NIC-NETWORK',
  reason: /names its card under physnet0 \(ens10\) and physnet1 \(0000:41:00\.0\)/,
  fix: /^Name it once in physicalNetworks of the host/,
  shown: (host) => allOf(host, west, /names its card under physnet0/) && !oneOf(host, /ens11/),
  refusal: /VFs on physnet0 short by 2 .*names its card under physnet0 \(ens10\) and physnet1/,
};

const commandIn = (text: string): string => {
  const [, command] = /`([^`]+)`/.exec(text) ?? [];
  if (command === undefined) throw new Error(`no command in: ${text}`);
  return command;
};

/** The VNFD with vCPUs on sibling threads. */
const requiringSiblings = (text: string): string =>
  text
    .replace('7d0a4b1e-2f52-4b0c-9f0f-0000000000f1', '7d0a4b1e-2f52-4b0c-9f0f-0000000000f2')
    .replace(
      'virtual_cpu_pinning_policy: static',
      'virtual_cpu_pinning_policy: static\n              vdu_cpu_requirements:\n                logicalCpuThreadPinningPolicy: require',
    );

describeUnless(missingLibrary() ?? (await missingLab()), 'a host of the lab that is set up wrongly', () => {
  let lab: TestLab;
  let onLab: BerthOnLab;
  const vnfds: Record<string, string> = {};
  beforeAll(async () => {
    lab = await startLab({ hosts: 1, wires: 2, functions: functionsPerCard });
    // As an operator might: cards by the names of their devices, and none said to be idle.
    const byName = { physnet0: [names.west], physnet1: [names.east] };
    onLab = await berthOnLab(lab, {
      host: (host) => ({ ...host, physicalNetworks: byName, idleCards: [], acceleration: 'kvm' }),
    });
    vnfds['usual'] = await onboardTiny(onLab.berth());
    vnfds['siblings'] = await onboardTiny(onLab.berth(), requiringSiblings);
  }, labLimitMs);
  afterAll(async () => {
    await onLab?.end();
    await lab?.down();
  }, limitMs);

  const shell = (command: string) => lab.shell('lab0', command);
  const hostView = async () => (await bodyOf(await onLab.berth().ask('/nfvi/v1/hosts/lab0'))) as unknown as HostView;
  /** Undefined while the host does not answer in time. */
  async function findings(): Promise<readonly Finding[] | undefined> {
    const response = await onLab.berth().ask('/nfvi/v1/hosts/lab0/audit');
    if (response.status === 503) return undefined;
    return ((await bodyOf(response)) as unknown as { findings: readonly Finding[] }).findings;
  }
  const found = (code: string, reason: RegExp): Promise<Finding> =>
    soon(
      async () => (await findings())?.find((one) => one.code === code && reason.test(one.reason)),
      `the audit has no ${code} with ${String(reason)}`,
      hostLimitMs,
      1000,
    );
  const gone = (code: string, reason: RegExp): Promise<true> =>
    soon(
      async () => (await findings())?.every((one) => one.code !== code || !reason.test(one.reason)) || undefined,
      `the audit still has ${code}`,
      hostLimitMs,
      1000,
    );
  const shown = (is: (host: HostView) => boolean, complaint: string): Promise<true> =>
    soon(async () => is(await hostView()) || undefined, complaint, hostLimitMs, 1000);

  /** Answers why; nothing is on the host or claimed of it. */
  async function refused({ network = 'physnet0', needs }: Pick<Mistake, 'network' | 'needs'>): Promise<string> {
    const client = onLab.berth();
    const id = await createInstance(client, vnfds[needs ?? 'usual'], 'refused');
    const wish = tinyInstantiation({ network, vlans: [100, 101] });
    const occ: Json = await operate(client, id, 'instantiate', wish, hostLimitMs);
    expect(occ['operationState']).not.toBe('COMPLETED');
    expect((await shell('virsh -q list --all --name')).trim()).toBe('');
    expect((await hostView()).holders).toEqual([]);
    const { explanation } = occ['error'] as { explanation: { hosts: readonly { reasons: readonly string[] }[] } };
    const why = explanation.hosts.flatMap(({ reasons }) => reasons).join('; ');
    await settled(client, occ);
    expect((await client.ask(`${instances}/${id}`, { method: 'DELETE' })).status).toBe(204);
    return why;
  }
  async function settled(client: ReturnType<BerthOnLab['berth']>, occ: Json): Promise<void> {
    if (occ['operationState'] !== 'FAILED_TEMP') return;
    const path = `/vnflcm/v2/vnf_lcm_op_occs/${String(occ['id'])}`;
    expect((await client.ask(`${path}/fail`, { method: 'POST' })).status).toBe(200);
  }

  async function named(mistake: ColdMistake): Promise<Finding> {
    const finding = await found(mistake.code, mistake.reason);
    expect(finding.fix).toMatch(mistake.fix);
    await shown(mistake.shown, 'the host is not shown as it is');
    expect(await refused(mistake)).toMatch(mistake.refusal);
    return finding;
  }

  test('has none of these findings while it is set up rightly', async () => {
    const now = await soon(findings, 'the host is not audited', hostLimitMs, 1000);
    const isSeeded = ({ code, reason }: Finding) =>
      Object.values(mistakes).some((one) => one.code === code && one.reason.test(reason));
    expect(now.filter(isSeeded)).toEqual([]);
  });

  describe.each(Object.entries(mistakes))('where %s', (_, mistake) => {
    test('is named with its fix, takes no VNF that needs it, and is mended by the fix', async () => {
      await shell(mistake.made);
      try {
        const { fix } = await named(mistake);
        if (mistake.isMendedByFix === true) {
          await shell(commandIn(fix));
          await gone(mistake.code, mistake.reason);
        }
      } finally {
        await shell(mistake.undone);
      }
      await gone(mistake.code, mistake.reason);
    });
  });

  test('gives no function of a card that its configuration names under two networks', async () => {
    const usual = onLab;
    const physicalNetworks = { physnet0: [names.west], physnet1: [names.east, west] };
    onLab = await berthOnLab(lab, { host: (host) => ({ ...host, physicalNetworks, acceleration: 'kvm' }) });
    try {
      await onboardTiny(onLab.berth());
      await named(twoNetworks);
    } finally {
      await onLab.end();
      onLab = usual;
    }
  });

  test('takes a VNF once all is mended, though it has no driver of its own for virtual functions', async () => {
    expect((await shell('lsmod')).includes('igbvf')).toBe(false);
    const client = onLab.berth();
    const id = await runningTiny(client, vnfds['siblings']!, { network: 'physnet0', vlans: [100, 101] });
    await removeTiny(client, id);
  });

  describe.each(Object.entries(coldMistakes))('that is booted without %s', (what, mistake) => {
    test('is named with its fix, and takes no VNF with functions', async () => {
      await lab.powerCycle('lab0', { functions: functionsPerCard, without: what as LeftOut });
      await named(mistake);
    });
  });
});
