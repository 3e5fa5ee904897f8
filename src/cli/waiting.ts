/**
 * Following what goes on by itself: operations until they rest, onboarding until it ends.
 */
import type { Problem } from '../shared/problem.js';
import { Refused, type Json } from './client.js';
import type { Context } from './context.js';

const moving = ['STARTING', 'PROCESSING', 'ROLLING_BACK'];
const PAUSE_MS = 200;

/** The occurrence once it stays in its state; prints each state. Throws its error unless it is COMPLETED or ROLLED_BACK. */
export async function followOperation(context: Context, location: string): Promise<Json> {
  const occ = await follow(context, location, 'operationState', (state) => !moving.includes(state));
  const error = occ['error'] as Problem | undefined;
  if (error !== undefined) throw new Refused(error, `operation ${String(occ['id'])} ended badly`);
  return occ;
}

export async function followOnboarding(context: Context, path: string): Promise<Json> {
  const info = await follow(context, path, 'onboardingState', (state) => state === 'ONBOARDED' || state === 'ERROR');
  const problem = info['onboardingFailureDetails'] as Problem | undefined;
  if (problem !== undefined) throw new Refused(problem, `package ${String(info['id'])} is refused`);
  return info;
}

async function follow(
  context: Context,
  path: string,
  attribute: string,
  rests: (state: string) => boolean,
): Promise<Json> {
  let last: string | undefined;
  for (;;) {
    const body = await context.client.get(path);
    const state = String(body[attribute]);
    const what = typeof body['operation'] === 'string' ? body['operation'] : 'package';
    if (state !== last) context.tell(`${what} ${String(body['id'])}: ${state}`);
    last = state;
    if (rests(state)) return body;
    await context.clock.sleep(PAUSE_MS);
  }
}
