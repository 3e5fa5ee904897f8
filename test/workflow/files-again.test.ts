/** Files that were sent to a host are sent again before a guest is started after trouble: a power cut may have taken them. */
import { describe, expect, it } from '@jest/globals';
import { EngineError, type EngineErrorKind } from '../../src/engine/engine.js';
import type { JournalPhase, Step } from '../../src/lifecycle/model.js';
import { vnfcId } from '../../src/shared/ids.js';
import { Executor } from '../../src/workflow/execute.js';
import { byHand, host, journalOf, occOf, planOf, portsOf } from './driven.js';

const id = vnfcId('00000000-0000-4000-8000-000000000001');
const other = vnfcId('00000000-0000-4000-8000-000000000002');
const place = { hostId: host, pool: 'berth', bases: ['base'] };

const step = (name: string, kind: Step['kind'], stage: number, input: object): Step => ({
  ...{ id: name, kind, stage, lane: 'vnfc', timeoutMs: 60_000 },
  input,
});
const day0 = (owner: typeof id) =>
  step(`day0 ${owner}`, 'content-volume', 1, { ...place, vnfcId: owner, name: `day0 of ${owner}`, content: 'AAAA' });
const plan = planOf(
  step('image', 'base-image', 0, { ...place, sha256: 'aa', name: 'base', sizeBytes: 4 }),
  step('other image', 'base-image', 0, { ...place, sha256: 'bb', name: 'other', sizeBytes: 4 }),
  ...[day0(other), day0(id)],
  step('define', 'define-domain', 2, { ...place, vnfcId: id, xml: '<domain/>' }),
  step('start', 'start-domain', 3, { ...place, vnfcId: id, serialLog: 'log' }),
);

/** `failing`: what fails once, by its name. */
async function did(
  failing: Readonly<Record<string, EngineErrorKind>> = {},
  journal: readonly (readonly [string, JournalPhase])[] = [],
): Promise<readonly string[]> {
  const hand = byHand(journalOf(...journal));
  const done: string[] = [];
  const left = new Map(Object.entries(failing));
  const call = async (what: string): Promise<object> => {
    done.push(what);
    const kind = left.get(what);
    left.delete(what);
    if (kind !== undefined) throw new EngineError(kind, host, 'the host is away');
    return { path: what, name: what, state: 'running' };
  };
  const engine = {
    ensureBaseImage: ({ name }: { readonly name: string }) => call(name),
    ensureContent: ({ name }: { readonly name: string }) => call(name),
    ensureDomain: () => call('define'),
    ensureStarted: () => call('start'),
  };
  const context = {
    ...hand.context,
    ...{ engine: () => engine, saw: () => undefined, files: { imagePath: () => 'file' } },
    uploads: { of: (_: string, run: () => Promise<unknown>) => run() },
    store: { ...hand.context.store, packageWithImage: async () => 'package' },
  } as unknown as typeof hand.context;
  const running = Executor.run(occOf(), plan, 'forward', portsOf(hand, { context, patienceMs: 10_000 }));
  await hand.clock.advance(200);
  expect(await running).toEqual({ end: 'done' });
  return done;
}

const sent = ['base', 'other', `day0 of ${other}`, `day0 of ${id}`];
const sentAgain = ['base', `day0 of ${id}`];

describe('before a guest is started, its base image and day-0 volume', () => {
  it('are sent once when nothing happens', async () => {
    expect(await did()).toEqual([...sent, 'define', 'start']);
  });

  it('are sent again when the host was away during the start', async () => {
    expect(await did({ start: 'Unavailable' })).toEqual([...sent, 'define', 'start', ...sentAgain, 'start']);
  });

  it('are sent again when the host was away since they were sent', async () => {
    expect(await did({ define: 'Timeout' })).toEqual([...sent, 'define', 'define', ...sentAgain, 'start']);
  });

  it('are not sent again when the host was only busy', async () => {
    expect(await did({ define: 'Busy' })).toEqual([...sent, 'define', 'define', 'start']);
  });

  it('are sent again when the operation is retried or another Berth takes it over', async () => {
    const steps = ['image', 'other image', `day0 ${other}`, `day0 ${id}`, 'define'];
    const journal = steps.map((name) => [name, 'done'] as const);
    expect(await did({}, [...journal, ['start', 'failed']])).toEqual([...sentAgain, 'start']);
  });
});
