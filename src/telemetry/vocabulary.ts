/**
 * The values that labels may have: written as tables of the types they are of, so that a new operation or state is not
 * forgotten here.
 */
import { lcmOperations, type OperationState, type VnfState } from '../lifecycle/model.js';
import { operationOf } from '../lifecycle/operations/table.js';
import type { OnboardingState } from '../store/packages.js';

export const operations = lcmOperations;
export const placingOperations = operations.filter((operation) => operationOf(operation).places);

const isOpen: Readonly<Record<OperationState, boolean>> = {
  STARTING: true,
  PROCESSING: true,
  COMPLETED: false,
  FAILED_TEMP: true,
  FAILED: false,
  ROLLING_BACK: true,
  ROLLED_BACK: false,
};
export const operationStates = namesOf(isOpen);
export const openStates = operationStates.filter((state) => isOpen[state]);

export const vnfStates = namesOf<VnfState>({ STARTED: true, STOPPED: true });
export const onboardingStates = namesOf<OnboardingState>({
  CREATED: true,
  UPLOADING: true,
  PROCESSING: true,
  ONBOARDED: true,
  ERROR: true,
});
export const onboardingOutcomes = ['onboarded', 'refused', 'broken', 'failed', 'put_off'] as const;

function namesOf<Name extends string>(table: Readonly<Record<Name, boolean>>): readonly Name[] {
  return Object.keys(table) as Name[];
}
