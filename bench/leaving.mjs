/**
 * What has to end with a bench, also when a signal ends it: processes that it started, and files that it made.
 */
const undone = new Set();

/** `undo` is called when a signal ends the bench; the answer takes it off the list. */
export function atSignal(undo) {
  undone.add(undo);
  return () => undone.delete(undo);
}

const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** From now on a signal undoes all, the latest first, and then ends this process. A second one does not wait. */
export function undoAtSignals() {
  let isLeaving = false;
  const leave = async (signal) => {
    const code = 128 + numbers[signal];
    if (isLeaving) process.exit(code);
    isLeaving = true;
    for (const undo of [...undone].reverse()) {
      await Promise.resolve()
        .then(undo)
        .catch((error) => console.error(error.message));
    }
    process.exit(code);
  };
  for (const signal of Object.keys(numbers)) process.on(signal, leave);
}
