/**
 * The state of a VNF and of its VNFCs (SOL003 clause 5.5.3.2): what is recorded, set against what was seen. One rule for
 * all who ask, so that the API, the checks of requests and the record cannot contradict one another.
 */
import type { InstantiatedVnf, Vnfc, VnfState } from './model.js';

/** How the domain of a VNFC is. `unknown`: its host is out of reach, or was not read yet. */
export type Sighting = 'running' | 'paused' | 'off' | 'unknown';

export type Sight = (vnfc: Pick<Vnfc, 'id' | 'hostId'>) => Sighting;

/** Seen is true; the record speaks only of what cannot be seen. */
export function vnfcStateNow(vnfc: Vnfc, sight: Sight): VnfState {
  const seen = sight(vnfc);
  if (seen === 'unknown') return vnfc.state;
  return seen === 'running' ? 'STARTED' : 'STOPPED';
}

/** A VNF is STOPPED when none of its VNFCs runs. */
export const vnfStateOf = (states: readonly VnfState[], without: VnfState): VnfState =>
  states.length === 0 ? without : states.includes('STARTED') ? 'STARTED' : 'STOPPED';

export const vnfStateNow = (now: InstantiatedVnf, sight: Sight): VnfState =>
  vnfStateOf(
    now.vnfcs.map((vnfc) => vnfcStateNow(vnfc, sight)),
    now.vnfState,
  );

/** With the state that its VNFCs, as recorded, make. */
export const withVnfState = (now: InstantiatedVnf): InstantiatedVnf => ({
  ...now,
  vnfState: vnfStateOf(
    now.vnfcs.map((vnfc) => vnfc.state),
    now.vnfState,
  ),
});

/** As found without an operation. What ended by itself stays wanted, until an operation starts or stops it. */
export function found({ endedByItself: _before, ...vnfc }: Vnfc, state: VnfState): Vnfc {
  return { ...vnfc, state, ...(state === 'STOPPED' ? { endedByItself: true as const } : {}) };
}

/** Whether it is to run: an operation started it, and none has stopped it since. */
export const isWanted = ({ state, endedByItself }: Vnfc): boolean => state === 'STARTED' || endedByItself === true;

/**
 * Recorded as wanted, and seen so: the only case in which there is nothing to do. To stop what ended by itself is to say
 * that it shall stay off.
 */
export function isAlready(wanted: VnfState, now: InstantiatedVnf, sight: Sight): boolean {
  const seenAs: Sighting = wanted === 'STARTED' ? 'running' : 'off';
  const isSo = (vnfc: Vnfc) => vnfc.state === wanted && vnfc.endedByItself !== true && sight(vnfc) === seenAs;
  return now.vnfState === wanted && now.vnfcs.every(isSo);
}

/** Recorded as running and seen so: a start has nothing to do for it. */
export const runsAsRecorded = (vnfc: Vnfc, sight: Sight): boolean =>
  vnfc.state === 'STARTED' && sight(vnfc) === 'running';
