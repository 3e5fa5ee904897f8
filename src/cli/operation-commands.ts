/**
 * `berth op`: operation occurrences.
 */
import type { Command } from 'commander';
import type { Problem } from '../shared/problem.js';
import type { Json } from './client.js';
import { contextOf, type Surroundings } from './context.js';
import { pathTo } from './paths.js';
import { problemText, table } from './text.js';
import { followOperation } from './waiting.js';

const occurrences = '/vnflcm/v2/vnf_lcm_op_occs';

export function addOperationCommands(program: Command, surroundings: Surroundings): void {
  const group = program.command('op').description('operation occurrences');
  group
    .command('list')
    .description('operations, the oldest first')
    .action(async (_options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const all = await client.list(occurrences);
      show(all, operationTable(all));
    });
  group
    .command('show <operation>')
    .description('one operation, with what went wrong')
    .action(async (id: string, _options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const occ = await client.get(pathTo(occurrences, id));
      const error = occ['error'] as Problem | undefined;
      show(occ, [operationTable([occ]), ...(error ? ['', problemText(error)] : [])].join('\n'));
    });
  group
    .command('wait <operation>')
    .description('until it rests')
    .action(async (id: string, _options, command: Command) => {
      const context = contextOf(command, surroundings);
      const occ = await followOperation(context, pathTo(occurrences, id));
      context.show(occ, operationTable([occ]));
    });
  addDecisions(group, surroundings);
}

const decisions = {
  retry: 'go on at the step that failed',
  rollback: 'undo what was done',
  fail: 'give it up; what is real stays',
  cancel: 'stop at the next safe point',
};

function addDecisions(group: Command, surroundings: Surroundings): void {
  for (const [name, description] of Object.entries(decisions)) {
    group
      .command(`${name} <operation>`)
      .description(description)
      .action(async (id: string, _options, command: Command) => {
        const context = contextOf(command, surroundings);
        const path = pathTo(occurrences, id);
        const body = name === 'cancel' ? { cancelMode: 'GRACEFUL' } : undefined;
        await context.client.send('POST', `${path}/${name}`, body);
        const occ = name === 'retry' ? await followOperation(context, path) : await context.client.get(path);
        context.show(occ, operationTable([occ]));
      });
  }
}

const operationTable = (all: readonly Json[]): string =>
  table(
    ['OPERATION', 'KIND', 'STATE', 'SINCE', 'INSTANCE'],
    all.map((occ) => [
      occ['id'],
      occ['operation'],
      occ['operationState'],
      occ['stateEnteredTime'],
      occ['vnfInstanceId'],
    ]),
  );
