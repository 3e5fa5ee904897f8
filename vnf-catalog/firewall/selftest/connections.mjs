// What becomes of whole connections: those that the kernel forwards past the rules, and those that a helper expects.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accept, configure, status, until } from '../../selftest/vnf.mjs';
import { ftpDocument, offloadDocument, offloadedFlows } from './documents.mjs';

const FTP = join(import.meta.dirname, 'ftp.py');
const OFFLOAD_MODULE = '/lib/berth/modules.d/nft_flow_offload.ko';

const ruleOf = async (lab, name) => (await status(lab)).labelled.rule[name].packets;

async function refusedWithoutItsModule({ lab, say }) {
  await lab.agent.run('/bin/mv', [OFFLOAD_MODULE, '/run/']);
  const { code, stderr } = await configure(lab, offloadDocument());
  assert.deepEqual([code, /^offload: this kernel cannot offload flows/.test(stderr)], [1, true], stderr);
  await lab.agent.run('/bin/mv', ['/run/nft_flow_offload.ko', OFFLOAD_MODULE]);
  say(`without its module: ${stderr.trim()}`);
}

// How many packets the rule counted, of how many that were sent both ways meanwhile.
async function counted(run) {
  const { lab } = run;
  const sent = async () => Object.values(await sentSoFar(run)).reduce((sum, each) => sum + each, 0);
  const [before, from] = [await ruleOf(lab, 'fast'), await sent()];
  await sleep(2000);
  return { rule: (await ruleOf(lab, 'fast')) - before, sent: (await sent()) - from };
}

async function sentSoFar({ traffic }) {
  const sent = {};
  for (const flow of Object.keys(offloadedFlows)) sent[flow] = await traffic.ask('sent', { flow });
  return sent;
}

// What nobody asked for does not come back, so the first packets go before their answers.
async function beginBothWays({ traffic }) {
  const { back, ...there } = offloadedFlows;
  await traffic.ask('begin', { flows: there });
  await sleep(500);
  await traffic.ask('begin', { flows: { back } });
  await sleep(500);
}

async function isOffloaded(run, document, expected) {
  await accept(run.lab, document);
  await sleep(500);
  const { rule, sent } = await counted(run);
  const [often, seldom] = [rule * 2 > sent, rule * 10 < sent];
  assert.ok(expected ? seldom : often, `the rule saw ${rule} of ${sent} packets`);
  return `${rule} of ${sent}`;
}

// Until `allowed` none was lost, and since `denied` none passed, in either direction.
function checkBothWays(seen, allowed, denied) {
  for (const [name, { sent, missing }] of Object.entries(seen)) {
    const early = missing.filter((number) => number < allowed[name]);
    assert.deepEqual(early, [], `${name} lost packets while it was allowed`);
    const late = missing.filter((number) => number >= denied[name]);
    assert.ok(sent > denied[name], `${name} was not sent any more`);
    assert.equal(late.length, sent - denied[name], `${name} passed after it was denied`);
  }
}

export async function offloads(run) {
  const { lab, traffic, say } = run;
  await refusedWithoutItsModule(run);
  await accept(lab, offloadDocument());
  await beginBothWays(run);
  const first = await isOffloaded(run, offloadDocument(), true);
  const off = await isOffloaded(run, offloadDocument({ offload: false }), false);
  const again = await isOffloaded(run, offloadDocument(), true);
  const changed = await isOffloaded(run, { ...offloadDocument(), defaultAction: 'reject' }, true);
  const allowed = await sentSoFar(run);
  await accept(lab, offloadDocument({ denied: true }));
  const denied = await sentSoFar(run);
  await sleep(1000);
  const seen = await traffic.ask('end');
  checkBothWays(seen, allowed, denied);
  say(
    `a masqueraded flow, both ways: offloaded its rule saw ${first} packets, not offloaded ${off}, then ${again}, and`,
  );
  say(`${changed} under other rules; none of ${seen.there.sent} lost, and none passed in either direction once denied`);
}

// The hosts of these sides say nothing of their own accord; for a while they may.
async function withRealHosts(lab, run) {
  for (const side of ['west', 'east']) lab.in(side, 'ip', '-4', 'rule', 'delete', 'pref', '1');
  try {
    await run();
  } finally {
    for (const side of ['west', 'east']) lab.in(side, 'ip', '-4', 'rule', 'add', 'pref', '1', 'iif', 'lo', 'blackhole');
  }
}

// `begun` once data comes, `ended` with what came of it.
function fetching(lab, mode) {
  const words = ['netns', 'exec', `${lab.tag}-west`, '/usr/bin/python3', FTP, 'fetch', '10.1.0.30', '10.2.0.2', mode];
  const child = spawn('ip', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (data) => (text += data));
  const ended = new Promise((resolve) => child.on('close', () => resolve(text.trim().split('\n').at(-1))));
  return { begun: () => until(`data by ${mode}`, 10_000, () => text.includes('begun')), ended };
}

async function fetchEach(lab) {
  const results = {};
  for (const mode of ['pasv', 'port', 'tftp']) results[mode] = await fetching(lab, mode).ended;
  return results;
}

// On a busy machine the data may all have come before the document is in force: then it says nothing, and is sent again.
async function cutWithoutHelper(lab) {
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    await accept(lab, ftpDocument({ helpers: ['ftp', 'tftp'] }));
    const fetched = fetching(lab, 'pasv');
    await fetched.begun();
    let isOver = false;
    fetched.ended.then(() => (isOver = true));
    await accept(lab, ftpDocument());
    const wasOver = isOver;
    if ((await fetched.ended) === 'cut') return;
    assert.ok(wasOver, 'data went on without the helper');
  }
  assert.fail('all data came five times before a document was in force');
}

export async function helps({ lab, say }) {
  await withRealHosts(lab, async () => {
    await accept(lab, ftpDocument());
    lab.start('east', ['/usr/bin/python3', '-u', FTP, 'serve', '10.2.0.2'], 'ftp.log');
    await until('the servers listen', 5000, () => lab.in('east', 'ss', '-ltn').includes(':21 '));
    assert.deepEqual(await fetchEach(lab), { pasv: 'nothing', port: 'nothing', tftp: 'nothing' });
    await accept(lab, ftpDocument({ helpers: ['ftp', 'tftp'] }));
    assert.deepEqual(await fetchEach(lab), { pasv: 'whole', port: 'whole', tftp: 'whole' });
    const forbidding = { name: 'rest', from: 'any', to: 'any', action: 'drop' };
    for (const mode of ['pasv', 'port']) {
      const fetched = fetching(lab, mode);
      await fetched.begun();
      await accept(lab, ftpDocument({ helpers: ['ftp', 'tftp'], more: mode === 'pasv' ? [forbidding] : [] }));
      assert.equal(await fetched.ended, 'whole', `${mode} through a change of rules`);
    }
    await cutWithoutHelper(lab);
  });
  say(
    'FTP and TFTP through masquerading: data comes with a helper, active and passive, also while rules change, and never without',
  );
}
