/** Moments in the life of a VNFC on a host of the lab, as its files tell them within fractions of a second. */
import type { TestLab } from './lab-under-test.js';

const waitSeconds = 110;

const until = (condition: string): string =>
  `timeout ${waitSeconds} sh -c 'until ${condition}; do sleep 0.02; done' || { echo 'it did not come' >&2; exit 1; }`;

const given = '$(ls -d /sys/bus/pci/drivers/vfio-pci/0000:* 2>/dev/null | wc -l)';
const domains = '$(ls /run/libvirt/qemu/berth-*.pid 2>/dev/null | wc -l)';

/** Each is a condition for a shell in single quotes; a VNFC has two functions. */
const conditions = {
  'the base image comes in': 'ls /var/lib/libvirt/images/berth/berth-base-* >/dev/null 2>&1',
  'the domain is defined': 'ls /etc/libvirt/qemu/berth-*.xml >/dev/null 2>&1',
  'its functions are given to vfio-pci': 'ls /sys/bus/pci/drivers/vfio-pci/0000:* >/dev/null 2>&1',
  'its QEMU runs': 'ls /run/libvirt/qemu/berth-*.pid >/dev/null 2>&1',
  'its QEMU has ended': '! ls /run/libvirt/qemu/berth-*.pid >/dev/null 2>&1',
  'its functions are back from vfio-pci': '! ls /sys/bus/pci/drivers/vfio-pci/0000:* >/dev/null 2>&1',
  'its definition is gone': '! ls /etc/libvirt/qemu/berth-*.xml >/dev/null 2>&1',
  'a second VNFC gets its functions': `[ ${given} -gt 2 ]`,
  'the QEMU of a second VNFC runs': `[ ${domains} -gt 1 ]`,
  'the QEMU of the second VNFC has ended': `[ ${domains} -lt 2 ]`,
  'the functions of the second VNFC are back': `[ ${given} -lt 3 ]`,
} as const;

export type Moment = keyof typeof conditions;

export const moment = async (lab: TestLab, name: Moment): Promise<void> => {
  await lab.shell('lab0', until(conditions[name]));
};
