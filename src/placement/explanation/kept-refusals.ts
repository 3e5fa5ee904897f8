/**
 * What room refuses of a host is the same for the same wish as long as the picture of the host is, and pictures change
 * host by host: so the funnel of a decision need not ask ten thousand hosts again because one has changed.
 */
import type { FreeHost } from '../../inventory/free.js';
import { whoAsks, type RoomAsk, type RoomDemand } from '../question/ask.js';
import type { FirstRefusal } from '../constraints/list.js';
import type { Effort } from '../search/effort.js';

/** The refusals of one wish. */
interface WishRefusals {
  /** As it was, or as `look` says now; not kept when `effort` ended before the host was looked at. `at`: its position. */
  of(
    at: number,
    free: FreeHost,
    look: (free: FreeHost) => FirstRefusal | undefined,
    effort: Effort,
  ): FirstRefusal | undefined;
}

/** Wishes of which refusals are kept: those of a few VDUs that are placed again and again. */
const mostWishes = 8;

/** By position in the fleet: the picture that was looked at, and what it refused. */
interface Answers {
  readonly pictures: FreeHost[];
  readonly refusals: (FirstRefusal | undefined)[];
}

/** One for whoever places again and again on a fleet that is kept from one decision to the next. */
export class KeptRefusals {
  /** The latest asked last. */
  private readonly byWish = new Map<string, Answers>();

  for({ demand }: RoomAsk): WishRefusals {
    const { pictures, refusals } = this.answersTo(roomText(demand));
    return {
      of: (at, free, look, effort) => {
        if (pictures[at] === free) return refusals[at];
        const refusal = look(free);
        if (effort.exhausted()) return refusal;
        pictures[at] = free;
        refusals[at] = refusal;
        return refusal;
      },
    };
  }

  private answersTo(wish: string): Answers {
    const answers = this.byWish.get(wish) ?? { pictures: [], refusals: [] };
    this.byWish.delete(wish);
    this.byWish.set(wish, answers);
    const [oldest] = this.byWish.keys();
    if (this.byWish.size > mostWishes && oldest !== undefined) this.byWish.delete(oldest);
    return answers;
  }
}

const isWho = new Set<string>(whoAsks);

/** VNFCs that ask for the same room have the same text: all that a constraint on room can see is in it. */
const roomText = (demand: RoomDemand): string =>
  JSON.stringify(Object.entries(demand).filter(([field]) => !isWho.has(field)));
