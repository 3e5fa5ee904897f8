/**
 * Two processes that read packages, so that one slow package does not hold up the others: nearly every package is read
 * at once by the quick one; what takes it too long has to wait for the patient one. Memory is bounded by the two.
 */
import type { SteadyClock } from '../shared/clock.js';
import type { PackageReader } from './package-reader.js';
import { defaultReadingLimits, ReadingProcess, type ReadingLimits } from './reading-process.js';

export const quickReadingLimits: ReadingLimits = { ...defaultReadingLimits, ms: 5_000, whenLate: 'put-off' };

export class ReadingProcesses {
  readonly #quick: ReadingProcess;
  readonly #patient: ReadingProcess;

  constructor(
    clock: Pick<SteadyClock, 'sleep'>,
    quick: ReadingLimits = quickReadingLimits,
    patient: ReadingLimits = defaultReadingLimits,
  ) {
    this.#quick = new ReadingProcess(clock, quick);
    this.#patient = new ReadingProcess(clock, patient);
  }

  readonly read: PackageReader = (input, pace = 'patient') =>
    (pace === 'quick' ? this.#quick : this.#patient).read(input);

  async close(): Promise<void> {
    await Promise.all([this.#quick.close(), this.#patient.close()]);
  }
}
