/**
 * What is made once and then kept for the pages to come, such as the labels of a series: few things of one owner, that
 * are forgotten with it. When there are too many, all are dropped.
 */
const most = 1000;

export class Kept<Key, Value> {
  private readonly known = new Map<Key, Value>();

  get(key: Key, make: () => Value): Value {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    if (this.known.size >= most) this.known.clear();
    const made = make();
    this.known.set(key, made);
    return made;
  }
}
