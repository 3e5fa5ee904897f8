/**
 * How operations that ended long ago leave the store, a few at a time.
 */
/** In the order in which operations began. */
export interface OperationPlace {
  readonly ms: number;
  readonly id: string;
}

export interface Forgetting {
  /** Where the last call came to. */
  readonly after?: OperationPlace;
  readonly nowMs: number;
  /** What ended longer ago is removed: by dates, as people read them. */
  readonly keepDays: number;
  /** So many of the oldest are removed whenever they ended. */
  readonly surplus: number;
  /** At most so many are looked at. */
  readonly look: number;
}

export interface Forgotten {
  readonly removed: number;
  /** Absent: what comes after is to be kept. */
  readonly reached?: OperationPlace;
}

export interface Retention {
  /** How many there are beyond `kept`, not counting those whose claims stand. */
  operationsBeyond(kept: number): Promise<number>;
  /**
   * Removes ended operations with journal, plan and explanation, the oldest first. Kept whatever their age: those that
   * have not ended, FAILED_TEMP included, and those whose claims stand, for they say why something is where it is.
   */
  forgetOperations(forgetting: Forgetting): Promise<Forgotten>;
  /**
   * Gives some of the room that removed rows left in the database back to the file system, but for what the next rows will
   * need. True: there is more to give.
   */
  returnSpace(): Promise<boolean>;
}
