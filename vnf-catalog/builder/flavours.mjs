// The deployment flavours that VNFs of this catalogue share. `Definitions/NAME_df.yaml` is written once per VNF, and
// becomes `NAME_df_ID.yaml` for each flavour that `NAME.yaml` imports. A flavour says what differs: the VDU's core and
// memory, the kind of its vNICs, and the kernel of its image.
//
// In the template, '@{flavour.id}', '.description', '.kernel' and '.vnic' stand inside of values; the comments
// `# @{flavour.constraints}` and `# @{flavour.compute}` for the lines that the flavour puts there.
const shared = (memoryMiB) => [
  'virtual_cpu:',
  '  cpu_architecture: x86_64',
  '  num_virtual_cpu: 1',
  'virtual_memory:',
  `  virtual_mem_size: ${memoryMiB} MiB`,
  '  numa_enabled: false',
];

const own = (memoryMiB, { cpus, threads, pages }) => [
  'virtual_cpu:',
  '  cpu_architecture: x86_64',
  `  num_virtual_cpu: ${cpus}`,
  '  virtual_cpu_pinning:',
  '    virtual_cpu_pinning_policy: static',
  ...(threads ? ['  vdu_cpu_requirements:', `    logicalCpuThreadPinningPolicy: ${threads}`] : []),
  'virtual_memory:',
  `  virtual_mem_size: ${memoryMiB} MiB`,
  '  numa_enabled: true',
  '  vdu_mem_requirements:',
  `    memoryPageSize: ${pages}`,
];

const flavours = {
  simple: {
    description: 'A core and huge pages of its own, para-virtualised devices',
    kernel: 'cloud',
    vnic: 'normal',
    compute: (memoryMiB) => own(memoryMiB, { cpus: 1, pages: '2 MB' }),
  },
  shared: {
    description: 'A shared core and ordinary memory, para-virtualised devices',
    kernel: 'cloud',
    vnic: 'normal',
    compute: shared,
  },
  full: {
    description: 'A shared core and ordinary memory, emulated devices (e1000e, SATA)',
    kernel: 'full',
    vnic: 'normal',
    constraints: ['nfvi_constraints:', '  virtualisation: full'],
    compute: shared,
  },
  // Memory of whole GiB, so that pages of 2 MiB and of 1 GiB both hold it.
  sriov: {
    description:
      'Two cores whose siblings stay idle, huge pages of 2 MiB or 1 GiB, virtual functions of a card on their cell',
    kernel: 'full',
    vnic: 'direct',
    compute: () => own(1024, { cpus: 2, threads: 'isolate', pages: 'large' }),
  },
};

const template = /^Definitions\/(\w+)_df\.yaml$/;

// `source` with each template replaced by its flavours.
export function withFlavours(source) {
  return new Map(
    [...source].flatMap(([path, bytes]) => expand(source, path, bytes)).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function expand(source, path, bytes) {
  const [, name] = template.exec(path) ?? [];
  if (name === undefined) return [[path, bytes]];
  const imports = source
    .get(`Definitions/${name}.yaml`)
    .toString()
    .matchAll(new RegExp(`^ *- ${name}_df_(\\w+)\\.yaml$`, 'gm'));
  const ids = [...imports].map(([, id]) => id).filter((id) => !source.has(`Definitions/${name}_df_${id}.yaml`));
  return ids.map((id) => [`Definitions/${name}_df_${id}.yaml`, Buffer.from(fill(path, bytes.toString(), id))]);
}

function fill(path, text, id) {
  const flavour = flavours[id];
  if (!flavour) throw new Error(`${path}: no flavour is named ${id}; there are ${Object.keys(flavours).join(', ')}`);
  const memoryMiB = Number(/^# memory: (\d+) MiB$/m.exec(text)?.[1]);
  if (!memoryMiB) throw new Error(`${path} has no line "# memory: N MiB"`);
  const lines = { constraints: flavour.constraints ?? [], compute: flavour.compute(memoryMiB) };
  const values = { id, description: flavour.description, kernel: flavour.kernel, vnic: flavour.vnic };
  return text
    .replace(/^# memory: .*\n\n?/m, '')
    .replace(/^( *)# @\{flavour\.(\w+)\}\n/gm, (_, indent, key) =>
      lines[key].map((line) => `${indent}${line}\n`).join(''),
    )
    .replace(/@\{flavour\.(\w+)\}/g, (_, key) => values[key]);
}
