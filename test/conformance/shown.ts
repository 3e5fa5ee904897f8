/**
 * How the effect of an attribute or query parameter is shown: by what was seen of it in `world.ts`.
 */
import type { World } from './world.js';

export interface Effect {
  /** `PATCH /vnflcm/v2/vnf_instances/{}`. */
  readonly operation: string;
  /** `/vnfInstanceName`, `?filter`. */
  readonly what: string;
  readonly words: string;
  readonly shown: (world: World) => unknown;
  readonly as: unknown;
}

export type Shown = readonly [what: string, words: string, shown: Effect['shown'], as: unknown];

export const effectsOf = (operation: string, all: readonly Shown[]): readonly Effect[] =>
  all.map(([what, words, shown, as]) => ({ operation, what, words, shown, as }));

/** What one of the things seen has at a path. */
export const seen =
  (name: string, ...path: readonly (string | number)[]) =>
  ({ seen: all }: World): unknown =>
    path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], all[name]);

export const told =
  (name: string) =>
  (world: World): unknown =>
    world.told[name];

export const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
