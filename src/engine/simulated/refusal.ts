/**
 * What a simulated host says no to, in the kinds of the engine port and with libvirt's error numbers, so that whoever
 * reads codes learns the same here as from a real host.
 */
import type { EngineErrorKind } from '../engine.js';

/** virErrorNumber (virterror.h). */
export const codes = {
  internal: 1,
  invalidArgument: 8,
  operationFailed: 9,
  xml: 27,
  systemError: 38,
  configUnsupported: 67,
  noDomain: 42,
  noNetwork: 43,
  noPool: 49,
  noVolume: 50,
  operationInvalid: 55,
  agentUnresponsive: 86,
  networkExists: 37,
  volumeExists: 90,
} as const;

export class Refusal extends Error {
  readonly kind: EngineErrorKind;
  readonly code: number;

  constructor(kind: EngineErrorKind, code: keyof typeof codes, text: string) {
    super(text);
    this.name = 'Refusal';
    this.kind = kind;
    this.code = codes[code];
  }
}

export const rejected = (code: keyof typeof codes, text: string): Refusal => new Refusal('Rejected', code, text);
