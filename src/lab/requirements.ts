/**
 * Requirements of a lab on this machine, with a sentence for each missing one and how to meet it.
 */
export interface MachineFacts {
  readonly platform: string;
  readonly architecture: string;
  readonly isRoot: boolean;
  readonly availableMemoryMiB: number;
  /** File system of the lab's folder. */
  readonly freeDiskMiB: number;
  /** Missing programs. */
  readonly missingPrograms: readonly string[];
}

export interface Wish {
  readonly hosts: number;
  /** Whether parts have to be built from Debian packages first. */
  readonly build: boolean;
  readonly folder: string;
}

/** Debian package of each program. */
export const runPrograms: Readonly<Record<string, string>> = { ssh: 'openssh-client', tar: 'tar', zstd: 'zstd' };

export const buildPrograms: Readonly<Record<string, string>> = {
  mmdebstrap: 'mmdebstrap',
  mke2fs: 'e2fsprogs',
  cpio: 'cpio',
  openssl: 'openssl',
  'ssh-keygen': 'openssh-client',
};

const memoryMiBPerHost = 6 * 1024;
const leastMemoryMiB = 8 * 1024;
const runDiskMiB = 2 * 1024;
const buildDiskMiB = 6 * 1024;

export const programsFor = ({ build }: Pick<Wish, 'build'>): Readonly<Record<string, string>> =>
  build ? { ...runPrograms, ...buildPrograms } : runPrograms;

export const packagesOf = (programs: readonly string[]): readonly string[] => {
  const all = { ...runPrograms, ...buildPrograms };
  return [...new Set(programs.map((program) => all[program] ?? program))].toSorted();
};

const gib = (mib: number): string => `${(mib / 1024).toFixed(1)} GiB`;

export function whatIsMissing(facts: MachineFacts, wish: Wish): readonly string[] {
  const memory = Math.max(leastMemoryMiB, wish.hosts * memoryMiBPerHost);
  const disk = wish.build ? buildDiskMiB : runDiskMiB;
  return [
    ...(facts.platform === 'linux' && facts.architecture === 'x64'
      ? []
      : [`The lab runs on Linux on x86-64, and this is ${facts.platform} on ${facts.architecture}.`]),
    ...programComplaint(facts.missingPrograms),
    ...(wish.build && !facts.isRoot
      ? [
          'The hosts have to be built of Debian packages, which needs root: run `berth lab up` as root once, or take a file that ' +
            '`berth lab pack` made elsewhere with `berth lab up --cache FILE`.',
        ]
      : []),
    ...(facts.availableMemoryMiB < memory
      ? [
          `${wish.hosts === 1 ? 'A host needs' : `${wish.hosts} hosts need`} ${gib(memory)} of free memory, and ${gib(facts.availableMemoryMiB)} are free: stop other programs` +
            `${wish.hosts > 1 ? ', or ask for fewer with --hosts' : ''}.`,
        ]
      : []),
    ...(facts.freeDiskMiB < disk
      ? [
          `${wish.folder} needs ${gib(disk)} of free disk, and has ${gib(facts.freeDiskMiB)}: make room, or set BERTH_LAB_DIR to ` +
            'a folder elsewhere.',
        ]
      : []),
  ];
}

function programComplaint(missing: readonly string[]): readonly string[] {
  if (missing.length === 0) return [];
  const install = packagesOf(missing).join(' ');
  return [
    `Not installed: ${missing.join(', ')}. As root, \`berth lab up --install\` installs them, or run: ` +
      `apt-get install --no-install-recommends ${install}`,
  ];
}
