/** Moments in the life of a VNFC on a host of the lab, as its files tell them within fractions of a second. */
import type { TestLab } from './lab-under-test.js';

const waitSeconds = 110;

const until = (condition: string): string =>
  `timeout ${waitSeconds} sh -c 'until ${condition}; do sleep 0.02; done' || { echo 'it did not come' >&2; exit 1; }`;

/** Each is a condition for a shell in single quotes. */
const conditions = {
  'its functions are given to vfio-pci': 'ls /sys/bus/pci/drivers/vfio-pci/0000:* >/dev/null 2>&1',
  'its QEMU runs': 'ls /run/libvirt/qemu/berth-*.pid >/dev/null 2>&1',
  'its functions are back from vfio-pci': '! ls /sys/bus/pci/drivers/vfio-pci/0000:* >/dev/null 2>&1',
} as const;

export type Moment = keyof typeof conditions;

export const moment = async (lab: TestLab, name: Moment): Promise<void> => {
  await lab.shell('lab0', until(conditions[name]));
};
