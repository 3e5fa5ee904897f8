/**
 * Domains whose hypervisor process does not answer, as reading the counters shows: libvirt still reports them as running,
 * and whether they run is unknown.
 */
import type { DomainInfo, DomainStats } from '../../engine/engine.js';
import type { VnfcId } from '../../shared/ids.js';
import { answers, notAnswering, sightingOf, type DomainView } from '../hosts/fleet-view.js';

type Views = Map<VnfcId, DomainView>;

interface Heard {
  readonly domains: Views;
  /** Domains that stopped answering, and those that answer again. */
  readonly fellSilent: readonly VnfcId[];
  readonly spokeAgain: readonly VnfcId[];
}

export function hearDomains(domains: Views, stats: readonly DomainStats[]): Heard {
  const known = stats.flatMap((one) => {
    const view = domains.get(one.uuid);
    return view === undefined ? [] : [{ ...one, view }];
  });
  const fell = known.filter(({ view, unansweredMs }) => answers(view) === true && unansweredMs !== undefined);
  const spoke = known.filter(({ view, unansweredMs }) => answers(view) === false && unansweredMs === undefined);
  const ids = (list: typeof known) => list.map(({ uuid }) => uuid);
  const heard = { fellSilent: ids(fell), spokeAgain: ids(spoke) };
  if (fell.length + spoke.length === 0) return { ...heard, domains };
  const changed = [
    ...fell.map(({ uuid, view }) => [uuid, silent(view)] as const),
    ...spoke.map(({ uuid, view, state }) => [uuid, { ...view, state, reason: '' }] as const),
  ];
  return { ...heard, domains: new Map([...domains, ...changed]) };
}

/** Drops the latest guest status. */
const silent = ({ guestStatus: _over, ...view }: DomainView): DomainView => ({
  ...view,
  state: 'unknown',
  reason: notAnswering,
});

/** After a list of all: what was `heard` of a domain while the list was made is newer than the list. */
export function relisted(
  known: ReadonlyMap<VnfcId, DomainView>,
  list: readonly DomainInfo[],
  heard: ReadonlySet<VnfcId>,
): Views {
  const newer = [...known].filter(([id]) => heard.has(id));
  const told = list.filter(({ uuid }) => !heard.has(uuid));
  return new Map([...told.map((info) => [info.uuid, listed(known.get(info.uuid), info)] as const), ...newer]);
}

/** A domain in a list of all, which calls one that does not answer running as before. */
export function listed(known: DomainView | undefined, { state, reason }: DomainInfo): DomainView {
  if (known !== undefined && answers(known) === false && state === 'running') return known;
  return inState({ agentConnected: false, ...known }, { state, reason });
}

/** The domain in this state. What the guest of one that is off said last is over, and so is its agent. */
export function inState(
  view: Omit<DomainView, 'state' | 'reason'>,
  { state, reason }: Pick<DomainView, 'state' | 'reason'>,
): DomainView {
  const { guestStatus: _over, ...rest } = view;
  return sightingOf(state) === 'off' ? { ...rest, agentConnected: false, state, reason } : { ...view, state, reason };
}
