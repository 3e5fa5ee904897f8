/**
 * Where a text stops being JSON (RFC 8259): the runtime's own parser does not always say.
 */
const space = /[ \t\n\r]*/y;
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y;
const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
/** As far as a string that is none can be read. */
const begunString = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*/y;

/** Index of the first character that cannot stand where it stands, the length for a text that ends too early. */
export function jsonFaultAt(text: string): number | undefined {
  const read = new Reader(text);
  return read.document() ? undefined : read.at;
}

class Reader {
  at = 0;

  constructor(private readonly text: string) {}

  /** False: it stops being JSON at `at`. Lists and objects that are open are kept in a list, however deep they go. */
  document(): boolean {
    const open: ('[' | '{')[] = [];
    for (;;) {
      if (!this.beginValue(open)) return false;
      if (open.length > 0 && this.text.charAt(this.at - 1) === open.at(-1) && !this.isClosed(open)) {
        if (open.at(-1) === '{' && !this.key()) return false;
        continue;
      }
      const next = this.afterValue(open);
      if (next === 'more') continue;
      return next === 'end';
    }
  }

  /** A scalar whole, of a list or an object its bracket. */
  private beginValue(open: ('[' | '{')[]): boolean {
    this.take(space);
    const bracket = this.text.charAt(this.at);
    if (bracket === '[' || bracket === '{') {
      open.push(bracket);
      this.at += 1;
      return true;
    }
    return bracket === '"' ? this.string() : this.take(scalar);
  }

  /** Whether the list or object that was just opened ends at once. */
  private isClosed(open: ('[' | '{')[]): boolean {
    this.take(space);
    if (this.text.charAt(this.at) !== closing(open.at(-1))) return false;
    this.at += 1;
    open.pop();
    return true;
  }

  private afterValue(open: ('[' | '{')[]): 'more' | 'end' | 'fault' {
    for (;;) {
      this.take(space);
      const inside = open.at(-1);
      const found = this.text.charAt(this.at);
      if (inside === undefined) return this.at === this.text.length ? 'end' : 'fault';
      if (found !== ',' && found !== closing(inside)) return 'fault';
      this.at += 1;
      if (found !== ',') open.pop();
      else return inside === '{' && !this.key() ? 'fault' : 'more';
    }
  }

  private key(): boolean {
    this.take(space);
    if (!this.string()) return false;
    this.take(space);
    if (this.text.charAt(this.at) !== ':') return false;
    this.at += 1;
    return true;
  }

  private string(): boolean {
    if (this.take(string)) return true;
    this.take(begunString);
    return false;
  }

  private take(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null) return false;
    this.at += match[0].length;
    return true;
  }
}

const closing = (bracket: string | undefined): string => (bracket === '{' ? '}' : ']');
