/**
 * What a host of the lab itself says of its domains, functions and pages: by virsh and its kernel, in one shell, to be held
 * against what Berth says.
 */
import { cards } from '../../src/lab/shape.js';
import type { TestLab } from './lab-under-test.js';

export interface DomainSaid {
  readonly name: string;
  /** Lists of CPUs as virsh writes them. */
  readonly vcpuPins: readonly string[];
  readonly emulatorPin: string;
  /** By the kernel: name and allowed CPUs of each thread of its process. */
  readonly threads: readonly { readonly name: string; readonly cpus: string }[];
  /** Of 2 MiB, by cell. */
  readonly hugePages: Readonly<Record<string, number>>;
}

export interface FunctionSaid {
  readonly address: string;
  readonly card: string;
  readonly driver: string;
  readonly iommuGroup: number;
  readonly mac: string;
  readonly vlan: number | undefined;
}

export interface HostSays {
  readonly domains: readonly DomainSaid[];
  readonly functions: readonly FunctionSaid[];
  /** Of 2 MiB, by cell. */
  readonly freePages: Readonly<Record<string, number>>;
}

/** Each line has its subject, its kind and the rest. */
const script = (): string => `
set -e
for domain in $(virsh -q list --name); do
  process=$(cat /run/libvirt/qemu/$domain.pid)
  virsh -q vcpupin $domain | sed "s|^|$domain vcpu |"
  virsh -q emulatorpin $domain | sed "s|^|$domain emulator |"
  # By number: a shell sorts 1000 before 999.
  for thread in $(ls -d /proc/$process/task/* | sort -V); do
    # Threads of QEMU's pool come and go.
    name=$(cat $thread/comm 2>/dev/null) && status=$(cat $thread/status 2>/dev/null) || continue
    echo "$domain thread $(echo "$status" | sed -n 's/^Cpus_allowed_list:[[:space:]]*//p') $name"
  done
  grep ' huge ' /proc/$process/numa_maps | sed "s|^|$domain maps |" || true
done
for card in ${cards.map(({ pciAddress }) => pciAddress).join(' ')}; do
  device=/sys/bus/pci/devices/$card
  for function in $device/virtfn*; do
    index=$(echo $function | sed 's/.*virtfn//')
    driver=$(basename "$(readlink $function/driver || echo none)")
    group=$(basename "$(readlink $function/iommu_group)")
    echo "$card function $index $(basename "$(readlink $function)") $driver $group"
  done
  ip link show "$(ls $device/net)" | grep ' vf ' | sed "s|^|$card link |"
done
virsh freepages --all | awk '/^Node/ { cell = $2; sub(":", "", cell) } /^2048KiB/ { print cell, "free", $2 }'
`;

export async function hostSays(lab: Pick<TestLab, 'shell'>, host = 'lab0'): Promise<HostSays> {
  const lines = (await lab.shell(host, script())).split('\n').map((line) => line.trim());
  const domains = [...new Set(matches(lines, /^(\S+) vcpu /).map(([name = '']) => name))];
  return {
    domains: domains.map((name) => domainIn(lines, name)),
    functions: matches(lines, /^(\S+) function (\d+) (\S+) (\S+) (\d+)$/).map(
      ([card = '', index = '', address = '', driver = '', group = '']) => ({
        ...{ address, card, driver, iommuGroup: Number(group) },
        ...linkIn(lines, card, index),
      }),
    ),
    freePages: Object.fromEntries(
      matches(lines, /^(\d+) free (\d+)$/).map(([cell = '', free = '']) => [cell, Number(free)]),
    ),
  };
}

const matches = (lines: readonly string[], pattern: RegExp): readonly string[][] =>
  lines.flatMap((line) => {
    const found = pattern.exec(line);
    return found === null ? [] : [found.slice(1)];
  });

function domainIn(lines: readonly string[], name: string): DomainSaid {
  const own = lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const pages = matches(own, /^maps (.*)$/).flatMap(([map = '']) => [...map.matchAll(/\bN(\d+)=(\d+)/g)]);
  const hugePages: Record<string, number> = {};
  for (const [, cell = '', count = ''] of pages) hugePages[cell] = (hugePages[cell] ?? 0) + Number(count);
  return {
    name,
    vcpuPins: matches(own, /^vcpu\s+\d+\s+(\S+)$/).map(([cpus = '']) => cpus),
    emulatorPin: matches(own, /^emulator\s+(\S+)$/)[0]?.[0] ?? '',
    threads: matches(own, /^thread (\S+) (.*)$/).map(([cpus = '', thread = '']) => ({ name: thread, cpus })),
    hugePages,
  };
}

function linkIn(lines: readonly string[], card: string, index: string): Pick<FunctionSaid, 'mac' | 'vlan'> {
  const [found] = matches(lines, new RegExp(`^${card} link\\s+vf ${index}\\s+(.*)$`));
  if (found === undefined) throw new Error(`ip link does not tell of function ${index} of ${card}`);
  const [said = ''] = found;
  const vlan = /\bvlan (\d+)/.exec(said)?.[1];
  return { mac: /link\/ether (\S+)/.exec(said)?.[1] ?? '', vlan: vlan === undefined ? undefined : Number(vlan) };
}

/** As the kernel and virsh write a list of CPUs. */
export function cpuList(cpus: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const cpu of cpus.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] + 1 === cpu) last[1] = cpu;
    else ranges.push([cpu, cpu]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${String(from)}-${String(to)}`)).join(',');
}
