/**
 * The bound of a search. Every case looked at costs one; when nothing is left the search ends and says so.
 */
export interface Effort {
  /** Takes one; false when there was none left. */
  spend(): boolean;
  /** True once a case was turned away. */
  exhausted(): boolean;
  spent(): number;
}

export function effortOf(budget: number): Effort {
  let used = 0;
  let refused = false;
  return {
    spend: () => {
      if (used >= budget) {
        refused = true;
        return false;
      }
      used += 1;
      return true;
    },
    exhausted: () => refused,
    spent: () => used,
  };
}
