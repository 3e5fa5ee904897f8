/**
 * Programs that run beside Berth as long as they are watched with: started with a log, found again by a later run, ended.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { end, identify, isAlive } from '../quickstart/process.mjs';
import { sleep } from '../time.mjs';

const readyLimitMs = 60_000;

/** `name` is what the state knows it by; waits until `isReady` says so. */
export async function startService(state, { name, command, args, isReady }) {
  const log = openSync(state.path(`${name}.log`), 'a');
  const child = spawn(command, args, { cwd: state.folder, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const started = new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  await started;
  child.unref();
  const who = identify(child.pid);
  state.set(name, who);
  for (const limit = Date.now() + readyLimitMs; !(await isReady()); await sleep(100)) {
    if (isAlive(who) && Date.now() < limit) continue;
    const file = state.path(`${name}.log`);
    const error = new Error(`${name} ${isAlive(who) ? 'was not ready in time' : 'ended'}; its log is ${file}`);
    error.output = readFileSync(file, 'utf8').split('\n').slice(-20).join('\n');
    throw error;
  }
  return child.pid;
}

export async function stopService(state, name) {
  const did = await end(state.get(name));
  state.set(name, undefined);
  return did;
}

/** Whether what listens there says that it is ready. */
export async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
