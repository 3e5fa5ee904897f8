/**
 * Somebody moves the pages of a running guest from one cell of the host to another. The host has nothing of Berth's on it, so
 * only its free pages tell; Berth names the VNFC within a minute, and sees them come back.
 */
import { expect, test } from '@jest/globals';
import { bodyOf } from '../../api/door.js';
import { createInstance } from '../../flow/router.js';
import { begin, onlyVnfc } from '../../libvirt/berth-life.js';
import { soon } from '../../libvirt/soon.js';
import { expectNothingLeft } from '../host-state.js';
import { hostSays } from '../host-says.js';
import type { TestLab } from '../lab-under-test.js';
import { completed, terminated } from '../operations.js';
import { tiny, withoutLinks } from '../tiny-vnf.js';
import { berthUnderTest } from './berth-under-test.js';

/** "Within a minute", and what calls to a host of the lab take beside: it is read every 30 s, which takes ten here. */
const noticeLimitMs = 180_000;

export function movedPages(theLab: () => TestLab): void {
  const { lab, client, vnfdId, before } = berthUnderTest(theLab, withoutLinks);

  const becomes = (vnfcId: string, value: 0 | 1) =>
    soon(
      async () => {
        const samples = (await (await client().ask('/metrics')).text()).split('\n');
        const own = samples.find(
          (line) =>
            line.startsWith('berth_vnfc_placement_differs{') && line.includes(vnfcId) && line.includes('what="memory"'),
        );
        return own?.endsWith(` ${String(value)}`) === true || undefined;
      },
      `the metric does not say ${String(value)} of the memory of ${vnfcId}`,
      noticeLimitMs,
      1_000,
    );
  const findings = async (vnfcId: string) =>
    (await bodyOf(await client().ask(`/nfvi/v1/vnfcs/${vnfcId}/placement`)))['findings'];
  const move = (domain: string, from: number, to: number) =>
    lab().shell('lab0', `migratepages $(cat /run/libvirt/qemu/${domain}.pid) ${String(from)} ${String(to)}`);
  const liesIn = async () => (await hostSays(lab())).domains.map(({ hugePages }) => hugePages);

  test('the VNFC is named within a minute, until they are back', async () => {
    const id = await createInstance(client(), vnfdId(), 'tiny');
    await completed(client(), await begin(client(), id, 'instantiate', { flavourId: 'default' }));
    const { id: vnfcId, metadata } = await onlyVnfc(client(), id);
    const cell = metadata.placement.cells[0]!.hostCell;
    const other = 1 - cell;
    await becomes(vnfcId, 0);
    expect(await findings(vnfcId)).toEqual([]);

    await move(metadata.domainName, cell, other);
    expect(await liesIn()).toEqual([{ [other]: tiny.pages }]);
    await becomes(vnfcId, 1);
    expect(await findings(vnfcId)).toEqual([
      `By the free pages of the host, ${String(tiny.pages)} pages of ${String(tiny.pageSizeKiB)} KiB are missing in cell ${String(cell)}, where they were planned, and as many more are in use in cell ${String(other)}: they are its own.`,
    ]);

    await move(metadata.domainName, other, cell);
    expect(await liesIn()).toEqual([{ [cell]: tiny.pages }]);
    await becomes(vnfcId, 0);
    expect(await findings(vnfcId)).toEqual([]);
    await terminated(client(), id);
    await expectNothingLeft(lab(), client(), before());
  });
}
