/**
 * Whether VNFCs are where they were planned: memory by cell, vCPUs, the emulator.
 */
import { cellColumn, hostColumn, vduColumn, vnfColumn, vnfIdColumn } from './parts/columns.ts';
import { anyIsBad, below } from './parts/levels.ts';
import { fact, named } from './parts/metrics.ts';
import { table } from './parts/table.ts';
import { chosen, perVnfc } from './parts/vnfs.ts';

const perCell = [...perVnfc, 'cell'] as const;
const plannedMemory = fact('berth_vnfc_memory_planned_bytes', perCell, chosen);
const placedMemory = fact('berth_vnfc_memory_placed_bytes', perCell, chosen);
const perVcpu = [...perVnfc, 'vcpu'] as const;

export const planned = [
  table({
    title: 'Is the memory where it was planned',
    description:
      'Memory of each VNFC by NUMA cell of its host: as planned, and as it lies, where the host can be read. Astray is what lies on another cell than planned: it costs latency. A restart of the VNFC puts it right: berth vnf operate VNF stop, then start.',
    unit: 'bytes',
    width: 14,
    height: 9,
    labels: [vnfColumn, vduColumn, hostColumn, cellColumn, vnfIdColumn],
    numbers: [
      { title: 'Planned', expr: named(plannedMemory) },
      { title: 'Placed', expr: named(placedMemory) },
      {
        title: 'Astray',
        expr: named(
          `clamp_min(${placedMemory} - on (job, ${perCell.join(', ')}) (${plannedMemory} or ${placedMemory} * 0), 0)`,
        ),
        levels: below(1, 64 * 1024 ** 2),
      },
    ],
  }),
  table({
    title: 'vCPUs that may run elsewhere',
    description:
      'vCPUs whose affinity on the host is not as planned: 1 if it differs. Somebody changed it, or the host did. Stopping and starting the VNF pins them again.',
    unit: 'none',
    width: 10,
    height: 9,
    labels: [vnfColumn, vduColumn, hostColumn, { label: 'vcpu', title: 'vCPU' }, vnfIdColumn],
    numbers: [
      {
        title: 'Differs',
        expr: named(fact('berth_vnfc_vcpu_affinity_differs', perVcpu, chosen)),
        levels: anyIsBad,
      },
    ],
    sortBy: ['Differs', true],
  }),
  table({
    title: 'What is not where it was planned',
    description:
      'vCPUs, the emulator and memory of each VNFC: 1 if it is on other CPUs or in other cells than planned, with each reading of the host. Nothing: it is bound to nothing, or the host cannot be read. GET /nfvi/v1/vnfcs/ID/placement says what exactly.',
    unit: 'none',
    width: 24,
    height: 7,
    labels: [vnfColumn, vduColumn, hostColumn, { label: 'what', title: 'What' }, vnfIdColumn],
    numbers: [
      {
        title: 'Differs',
        expr: named(fact('berth_vnfc_placement_differs', [...perVnfc, 'what'], chosen)),
        levels: anyIsBad,
      },
    ],
    sortBy: ['Differs', true],
  }),
];
