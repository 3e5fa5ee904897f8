/**
 * Thresholds by what they say. Each list begins with the colour of everything below its first number.
 */
import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';

export type Levels = readonly (readonly [color: string, from: number | null])[];

/** No value is bad by itself: what counts is how it moves. */
export const calm: Levels = [['blue', null]];
/** One is one too many. */
export const anyIsBad: Levels = [
  ['green', null],
  ['red', 1],
];
/** Worth a look, and no fault. */
export const anyIsNoted: Levels = [
  ['green', null],
  ['yellow', 1],
];
/** 1 is as it should be. */
export const oneIsGood: Levels = [
  ['red', null],
  ['green', 1],
];
/** What is left: none, little, enough. */
export const roomLeft = (little: number, enough: number): Levels => [
  ['red', null],
  ['orange', little],
  ['green', enough],
];
/** Less is better: fine, then a warning, then bad. */
export const below = (warning: number, bad: number): Levels => [
  ['green', null],
  ['orange', warning],
  ['red', bad],
];
/** Any rate of it at all is a loss. */
export const lossPerSecond: Levels = [
  ['green', null],
  ['orange', 0.001],
  ['red', 10],
];

export const stepsOf = (levels: Levels) => levels.map(([color, value]) => ({ color, value }));

export const thresholds = (levels: Levels) =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(stepsOf(levels));
