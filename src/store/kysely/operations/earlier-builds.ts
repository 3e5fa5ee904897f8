/**
 * Documents that earlier builds wrote, as today's are: the one place that knows what they lacked and what was called
 * otherwise. Documents are completed as they are read; whoever changes one writes it whole.
 */
import { adding, removing } from '../../../lifecycle/changes.js';
import { concerns } from '../../../lifecycle/effects.js';
import type { InternalLink } from '../../../lifecycle/internal-link.js';
import type { StepInputs } from '../../../lifecycle/step-inputs.js';
import type { Change, LcmPlan, Step, StepKind, Vnfc } from '../../../lifecycle/model.js';
import type { VnfcId } from '../../../shared/ids.js';

/** Plans before they could change VNFCs, and told the order of adding and removing. */
interface AddsAndRemoves extends Pick<LcmPlan, 'steps' | 'after' | 'modifies' | 'rollbackSupported'> {
  readonly adds: readonly Vnfc[];
  readonly removes: readonly Vnfc[];
  readonly addsLinks: readonly InternalLink[];
  readonly removesLinks: readonly InternalLink[];
}

export function planOfToday(stored: LcmPlan | AddsAndRemoves): LcmPlan {
  if (!('adds' in stored)) return stored;
  const { adds, removes, addsLinks, removesLinks, ...rest } = stored;
  const moving = [...adding(adds), ...removing(removes)];
  const known = new Map([...removes, ...(rest.after?.vnfcs ?? []), ...adds].map((vnfc) => [vnfc.id, vnfc]));
  const plan: LcmPlan = {
    ...rest,
    vnfcs: moving,
    links: [...adding(addsLinks), ...removing(removesLinks)],
    // Their steps have their stages, whatever is said here.
    order: 'add-first',
    steps: rest.steps.map((step) => stepOfToday(step, known)),
  };
  return { ...plan, vnfcs: [...moving, ...changesIn(plan, known, moving)] };
}

/** VNFCs that stay and have steps. How they were before was not kept: as they were to be is the nearest. */
function changesIn(
  plan: LcmPlan,
  known: ReadonlyMap<VnfcId, Vnfc>,
  moving: readonly Change<Vnfc>[],
): readonly Change<Vnfc>[] {
  const others = new Set(moving.map(({ before, after }) => (after ?? before)?.id));
  const stay = [...known.values()].filter(({ id }) => !others.has(id) && concerns(plan, id));
  return stay.map((vnfc) => ({ before: vnfc, after: vnfc }));
}

function stepOfToday(step: Step, known: ReadonlyMap<VnfcId, Vnfc>): Step {
  const kind: StepKind = (step.kind as string) === 'root-volume' ? 'image-volume' : step.kind;
  switch (kind) {
    case 'image-volume':
    case 'blank-volume':
    case 'content-volume':
    case 'remove-volumes':
      return { ...step, kind, input: { vnfcId: vnfcInLane(step), bases: [], ...(step.input as object) } };
    case 'start-domain':
      return { ...step, input: { ...logOf(step, known), bases: [], ...(step.input as object) } };
    default:
      return step;
  }
}

/** Volumes did not say whose they are; their lane did. */
const vnfcInLane = ({ lane }: Step): string => lane.replace(/^vnfc\//, '');

/** The first builds did not tell `start-domain` where the log of the serial console lies, which its undo removes. */
function logOf(step: Step, known: ReadonlyMap<VnfcId, Vnfc>): Partial<StepInputs['start-domain']> {
  const { vnfcId, serialLog } = step.input as Partial<StepInputs['start-domain']>;
  if (serialLog !== undefined) return {};
  const vnfc = vnfcId && known.get(vnfcId);
  if (!vnfc) throw new Error(`step ${step.id} starts VNFC ${String(vnfcId)}, of which its plan says nothing`);
  return { pool: vnfc.pool, serialLog: vnfc.serialLog };
}
