/** gNB and SMF on a host of the lab: the UPF's test client in a network namespace of the host, run by a copy of this Node. */
import { join } from 'node:path';
import { shellWord } from '../../../src/shared/shell-word.js';
import type { Outcome } from '../../../vnf-catalog/upf/client/player.ts';
import type { Scenario } from '../../../vnf-catalog/upf/client/scenario.ts';
import type { TestLab } from '../lab-under-test.js';

const top = join(import.meta.dirname, '../../..');
const folder = '/var/tmp/radio';
const playLimitMs = 10 * 60_000;

/** Copied once to a host; the client's one dependency is beside it. */
export async function putRadio(lab: TestLab, host: string): Promise<void> {
  await lab.copy(host, folder, [process.execPath, join(top, 'vnf-catalog/upf/client')]);
  await lab.copy(host, `${folder}/node_modules`, [join(top, 'node_modules/yaml')]);
  await lab.shell(host, `echo '{ "type": "module" }' > ${folder}/package.json`);
}

/** What each step found. Throws when one was not as expected, with what each found. */
export async function playRadio(
  lab: TestLab,
  host: string,
  namespace: string,
  scenario: Scenario,
): Promise<readonly Outcome[]> {
  const file = join(folder, 'scenario.json');
  await lab.shell(host, `printf %s ${shellWord(JSON.stringify(scenario))} > ${file}`);
  const client = `${folder}/node --disable-warning=ExperimentalWarning ${join(folder, 'client/client.ts')} ${file}`;
  const said = await lab.shell(host, `ip netns exec ${namespace} ${client}`, playLimitMs);
  return said
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Outcome);
}
