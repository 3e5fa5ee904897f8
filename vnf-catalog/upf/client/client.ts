#!/usr/bin/env node
/**
 * Plays SMF and gNB towards a UPF, as a scenario (YAML or JSON) says; node 24 runs it as it stands:
 *   client.ts SCENARIO        plays its steps; exit code 0 when each was as expected
 *   client.ts --live SETUP    takes further steps as lines of JSON from standard input, one answer each, until it ends
 * A line of JSON is printed for each step: what was found, and what of it is wrong.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { type Outcome, Player } from './player.ts';
import { parseScenario, parseStep, type Step } from './scenario.ts';

const { values, positionals } = parseArgs({
  options: { live: { type: 'boolean', default: false } },
  allowPositionals: true,
});

const say = (outcome: Outcome) =>
  console.log(JSON.stringify(outcome, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)));

/** A step that could not be carried out is one that failed; the next one is tried. */
async function playOne(player: Player, step: Step): Promise<boolean> {
  const outcome = await player.play(step).catch((error: unknown) => ({
    step: step.do,
    ok: false,
    wrong: [error instanceof Error ? error.message : String(error)],
    found: {},
  }));
  say(outcome);
  return outcome.ok;
}

async function playLines(player: Player): Promise<boolean> {
  let isGood = true;
  for await (const line of createInterface({ input: process.stdin }))
    if (line.trim() !== '') isGood = (await playOne(player, parseStep(JSON.parse(line), 'the line'))) && isGood;
  return isGood;
}

async function main(): Promise<void> {
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new Error('one argument is wanted: the scenario');
  const scenario = parseScenario(parse(readFileSync(file, 'utf8')));
  const nowMs = Date.now();
  const player = new Player(scenario, nowMs);
  let isGood = true;
  try {
    await player.open();
    for (const step of scenario.steps) isGood = (await playOne(player, step)) && isGood;
    if (values.live) isGood = (await playLines(player)) && isGood;
  } finally {
    await player.close();
  }
  if (!isGood) process.exitCode = 1;
}

await main();
