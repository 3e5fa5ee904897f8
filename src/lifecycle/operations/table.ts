/**
 * Every LCM operation. One without an entry does not compile (docs/changing/new-operation.md).
 */
import type { LcmOperation } from '../model.js';
import { changeExtConn } from './change-ext-conn.js';
import { instantiate } from './instantiate.js';
import { modifyInfo } from './modify-info.js';
import { operate } from './operate.js';
import type { Operation } from './operation.js';
import { scale } from './scale.js';
import { terminate } from './terminate.js';

const operations = {
  INSTANTIATE: instantiate,
  SCALE: scale,
  OPERATE: operate,
  CHANGE_EXT_CONN: changeExtConn,
  TERMINATE: terminate,
  MODIFY_INFO: modifyInfo,
} satisfies { readonly [Name in LcmOperation]: Operation<never> };

/** The body of a request for the operation. */
export type RequestOf<Name extends LcmOperation> =
  (typeof operations)[Name] extends Operation<infer Request> ? Request : never;

/** The name vouches for the request: bodies are checked by the schema of its route, and recorded as they were checked. */
export const operationOf = (name: LcmOperation): Operation<object> => operations[name] as Operation<object>;
