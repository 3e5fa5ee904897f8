/**
 * What is asked of one operation occurrence, each as a transaction.
 */
import type { OperationRecords } from '../../operations.js';
import { KeptFacts, type PolicyOf } from '../claims/capacity-guard.js';
import type { StoreDialect } from '../dialect.js';
import { beginOperation } from './begin-operation.js';
import { commitPlan } from './commit-plan.js';
import { endOperation, failOperation } from './end-operation.js';
import { readOperation, requestCancel, requestState, underWay } from './operations.js';

type Verbs = Pick<
  OperationRecords,
  | 'beginOperation'
  | 'refusalUnderWay'
  | 'opOcc'
  | 'commitPlan'
  | 'endOperation'
  | 'requestState'
  | 'failOperation'
  | 'requestCancel'
>;

export function operationVerbs(dialect: StoreDialect, policyOf: PolicyOf): Verbs {
  const guard = { policyOf, facts: new KeptFacts() };
  return {
    beginOperation: (occ, state, ifRevision) => dialect.transaction((tx) => beginOperation(tx, occ, state, ifRevision)),
    refusalUnderWay: (id) => underWay(dialect.db, id),
    opOcc: (id) => readOperation(dialect.db, id),
    commitPlan: (commit) => commitPlan(dialect, guard, commit),
    endOperation: (end) => dialect.transaction((tx) => endOperation(tx, end)),
    requestState: (request) => dialect.transaction((tx) => requestState(tx, request)),
    failOperation: (end) => dialect.transaction((tx) => failOperation(tx, end)),
    requestCancel: (id, mode) => dialect.transaction((tx) => requestCancel(tx, id, mode)),
  };
}
