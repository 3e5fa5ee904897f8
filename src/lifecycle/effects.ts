/**
 * What every kind of step makes of a VNFC or a link, and what its undo leaves of that. Everything that is said of an
 * operation halfway (what `fail` leaves, `resourceChanges`, what a rollback records) is a fold of these effects
 * over the journal; the ids and lanes of steps are read by nobody.
 */
import type { VnfcId } from '../shared/ids.js';
import { stepTraces, type StepTrace } from './journal.js';
import type { InternalLink } from './internal-link.js';
import type { StepInputs } from './step-inputs.js';
import type { JournalEntry, LcmPlan, Step, StepKind } from './model.js';

/** What a VNFC becomes. `emptied`: its files go; `gone`: nothing of it is left, its claims included. */
export type VnfcEffect =
  'exists' | 'defined' | 'started' | 'ready' | 'configured' | 'stopped' | 'undefined' | 'emptied' | 'gone';

/** What the card of a connection point becomes. */
export type CpEffect = 'unplugged' | 'plugged';

/** `reverts`: undone, the step is as if it had never begun. `stays`: its effect outlives its undo. */
type Undo = 'reverts' | 'stays';

export type Effect =
  | { readonly on: 'vnfc'; readonly vnfcId: VnfcId; readonly becomes: VnfcEffect; readonly undo: Undo }
  | {
      readonly on: 'cp';
      readonly vnfcId: VnfcId;
      readonly cpdId: string;
      readonly becomes: CpEffect;
      readonly undo: Undo;
    }
  | { readonly on: 'link'; readonly link: LinkKey; readonly becomes: 'exists' | 'gone'; readonly undo: Undo };

/** The network that an internal link is on its host. */
export type LinkKey = Pick<InternalLink, 'hostId' | 'network'>;

type Inputs<K extends StepKind> = (input: StepInputs[K]) => readonly Effect[];

const onVnfc =
  (becomes: VnfcEffect, undo: Undo) =>
  ({ vnfcId }: { readonly vnfcId: VnfcId }): readonly Effect[] => [{ on: 'vnfc', vnfcId, becomes, undo }];

const onLink =
  (becomes: 'exists' | 'gone', undo: Undo) =>
  ({ hostId, network }: LinkKey): readonly Effect[] => [{ on: 'link', link: { hostId, network }, becomes, undo }];

const onCp =
  (becomes: CpEffect) =>
  ({ vnfcId, cpdId }: { readonly vnfcId: VnfcId; readonly cpdId: string }): readonly Effect[] => [
    { on: 'cp', vnfcId, cpdId, becomes, undo: 'reverts' },
  ];

/** A kind without an effect does not compile; one that leaves VNFC and links as they are says so. */
const effects: { readonly [K in StepKind]: Inputs<K> } = {
  'base-image': () => [],
  'ensure-network': onLink('exists', 'reverts'),
  'image-volume': onVnfc('exists', 'reverts'),
  'blank-volume': onVnfc('exists', 'reverts'),
  'content-volume': onVnfc('exists', 'reverts'),
  'restore-volume': onVnfc('exists', 'stays'),
  'restore-domain': onVnfc('defined', 'stays'),
  'define-domain': onVnfc('defined', 'reverts'),
  'start-domain': onVnfc('started', 'reverts'),
  'await-guest': onVnfc('ready', 'reverts'),
  'configure-guest': onVnfc('configured', 'stays'),
  'detach-card': onCp('unplugged'),
  'attach-card': onCp('plugged'),
  'rewrite-day0': onVnfc('configured', 'reverts'),
  'release-cards': () => [],
  'stop-domain': onVnfc('stopped', 'stays'),
  'remove-domain': onVnfc('undefined', 'stays'),
  'remove-volumes': onVnfc('emptied', 'stays'),
  'release-claims': ({ vnfcIds }) => vnfcIds.flatMap((vnfcId) => onVnfc('gone', 'stays')({ vnfcId })),
  'remove-network': onLink('gone', 'stays'),
};

/** The kind vouches for the shape of the input. */
export function effectsOf({ kind, input }: Pick<Step, 'kind' | 'input'>): readonly Effect[] {
  return (effects[kind] as (input: unknown) => readonly Effect[])(input);
}

/** An effect that a step had, or may have had: it began, and was not done or was not undone. */
export interface Seen {
  readonly effect: Effect;
  readonly isSure: boolean;
}

/** Effects of all steps that began and were not taken back, in the order of the plan. */
export function effectsSoFar(plan: LcmPlan, entries: readonly JournalEntry[]): readonly Seen[] {
  const traces = stepTraces(entries);
  return plan.steps.flatMap((step) => {
    const trace = traces.get(step.id);
    return trace === undefined ? [] : effectsOf(step).flatMap((effect) => seen(effect, trace));
  });
}

function seen(effect: Effect, { last, wasDone }: StepTrace): readonly Seen[] {
  if (effect.undo === 'stays') return [{ effect, isSure: wasDone }];
  return last === 'undone' ? [] : [{ effect, isSure: last === 'done' }];
}

export const effectsOnVnfc = (all: readonly Seen[], id: VnfcId): readonly (Seen & { readonly effect: OnVnfc })[] =>
  all.flatMap(({ effect, isSure }) => (effect.on === 'vnfc' && effect.vnfcId === id ? [{ effect, isSure }] : []));

export const effectsOnCp = (
  all: readonly Seen[],
  id: VnfcId,
  cpdId: string,
): readonly (Seen & { readonly effect: OnCp })[] =>
  all.flatMap(({ effect, isSure }) =>
    effect.on === 'cp' && effect.vnfcId === id && effect.cpdId === cpdId ? [{ effect, isSure }] : [],
  );

type OnCp = Extract<Effect, { readonly on: 'cp' }>;
type OnVnfc = Extract<Effect, { readonly on: 'vnfc' }>;
type OnLink = Extract<Effect, { readonly on: 'link' }>;

export const effectsOnLink = (all: readonly Seen[], link: LinkKey): readonly (Seen & { readonly effect: OnLink })[] =>
  all.flatMap(({ effect, isSure }) => (effect.on === 'link' && isSame(effect.link, link) ? [{ effect, isSure }] : []));

const isSame = (one: LinkKey, other: LinkKey): boolean => one.hostId === other.hostId && one.network === other.network;

/** Whether any step of the plan has to do with the VNFC. */
export const concerns = ({ steps }: LcmPlan, id: VnfcId): boolean =>
  steps.some((step) =>
    effectsOf(step).some((effect) => (effect.on === 'vnfc' || effect.on === 'cp') && effect.vnfcId === id),
  );
