/** docs/sriov.md as an operator follows it: what it says of virtual functions at each boot, copied from its text. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { cards } from '../../../src/lab/shape.js';
import { describeUnless } from '../../libvirt/environment.js';
import { hostLimitMs } from '../berth-on-lab.js';
import { labLimitMs, missingLab, startLab, type TestLab } from '../lab-under-test.js';

jest.setTimeout(2 * hostLimitMs);

/** The block that follows the first mention of the file. */
function blockOf(doc: string, file: string): string {
  const [, rest = ''] = doc.split(`\`${file}\``);
  const lines = /```\n([\s\S]*?)```/.exec(rest)?.[1]?.split('\n') ?? [];
  return lines.map((line) => line.trim()).join('\n');
}

const rules = '/etc/udev/rules.d/70-berth-sriov.rules';
const unit = '/etc/systemd/system/berth-sriov.service';

describeUnless(await missingLab(), 'docs/sriov.md on a host of the lab', () => {
  const doc = readFileSync('docs/sriov.md', 'utf8');
  let lab: TestLab;
  beforeAll(async () => {
    lab = await startLab({ hosts: 1, wires: 1, functions: 0 });
  }, labLimitMs);
  afterAll(() => lab?.down(), labLimitMs);

  const shell = async (command: string) => (await lab.shell('lab0', command)).trim();
  const device = (card: number) => `/sys/bus/pci/devices/${cards[card]!.pciAddress}`;
  const write = (file: string, text: string) => shell(`cat > ${file} <<'TEXT'\n${text}\nTEXT`);

  test('the udev rule and the unit make functions at each boot, before libvirt looks', async () => {
    const mac = await shell(`cat ${device(0)}/net/*/address`);
    const name = await shell(`ls ${device(1)}/net`);
    const rule = blockOf(doc, rules);
    expect(rule).toContain('ATTR{address}=="0c:42:a1:00:00:01"');
    const service = blockOf(doc, unit);
    expect(service).toContain('/sys/class/net/ens1f0/');
    await write(rules, rule.replace('0c:42:a1:00:00:01', mac).replace('"8"', '"5"'));
    await write(unit, service.replaceAll('ens1f0', name).replace('echo 8', 'echo 3'));
    await shell('systemctl -q enable berth-sriov; sync');

    await lab.powerCycle('lab0', { functions: 0 });
    const [first, second] = await Promise.all([0, 1].map((card) => shell(`cat ${device(card)}/sriov_numvfs`)));
    expect({ first, second }).toEqual({ first: '5', second: '3' });
    expect(await shell(`ip -br link show ${name} | awk '{ print $2 }'`)).toBe('UP');
    const order = 'systemctl show -P ActiveEnterTimestampMonotonic';
    const [functions, libvirt] = await Promise.all([shell(`${order} berth-sriov`), shell(`${order} libvirtd`)]);
    expect(Number(functions)).toBeGreaterThan(0);
    expect(Number(functions)).toBeLessThan(Number(libvirt));
    for (const card of [0, 1]) {
      const bus = cards[card]!.pciAddress.slice(5, 7);
      const all = await shell(`virsh nodedev-list --cap pci | grep -c '^pci_0000_${bus}_'`);
      expect(Number(all)).toBe(1 + [5, 3][card]!);
    }
  });
});
