/** Processor time of processes and everything that they started. */
import { readdirSync, readFileSync } from 'node:fs';

function* family(pid) {
  yield pid;
  for (const task of tasksOf(pid)) {
    for (const child of words(`/proc/${pid}/task/${task}/children`)) yield* family(Number(child));
  }
}

const tasksOf = (pid) => read(() => readdirSync(`/proc/${pid}/task`), []);
const words = (file) => read(() => readFileSync(file, 'utf8').split(/\s+/).filter(Boolean), []);

/** A thread or process may end while it is looked at. */
function read(work, otherwise) {
  try {
    return work();
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(error.code)) return otherwise;
    throw error;
  }
}

/** A process and all that it has started. */
export const processes = (pid) => [...family(pid)];

/** Milliseconds so far of these processes and their children, by the scheduler's account in nanoseconds. */
export function cpuMs(...pids) {
  let sum = 0;
  for (const pid of pids.flatMap(processes)) {
    for (const task of tasksOf(pid)) sum += Number(words(`/proc/${pid}/task/${task}/schedstat`)[0] ?? 0);
  }
  return sum / 1e6;
}
