/**
 * Carries events of hosts to their subscribers. Every subscriber hears the events of a host in their order and one at a
 * time; those of different hosts side by side. One that is slow or fails costs the others nothing.
 */
import type { HostId } from '../../shared/ids.js';
import type { Log } from '../../shared/log.js';
import { causeOf } from '../step-problem.js';
import type { HostObserver } from '../observer.js';
import type { HeardEvent, HostEvent, HostEvents, HostSubscriber } from './events.js';

/** Of one host, for one subscriber: beyond them all that wait are dropped, and it is told so. */
const mostWaiting = 256;

/** What waits for a subscriber that is busy with an event of the host. */
type Lane = HeardEvent[];

interface Subscription {
  readonly name: string;
  readonly take: HostSubscriber;
  /** Only of hosts with an event under way. */
  readonly lanes: Map<HostId, Lane>;
}

export class HostEventBus implements HostEvents {
  private readonly subscriptions = new Set<Subscription>();
  /** What subscribers publish while they hear comes after what they hear. */
  private readonly published: HostEvent[] = [];
  private isCarrying = false;

  constructor(
    private readonly log: Log,
    private readonly observer: Pick<HostObserver, 'hostEventsMissed'>,
  ) {}

  subscribe(name: string, take: HostSubscriber): () => void {
    const subscription: Subscription = { name, take, lanes: new Map() };
    this.subscriptions.add(subscription);
    this.observer.hostEventsMissed(name, 0);
    return () => {
      this.subscriptions.delete(subscription);
      for (const lane of subscription.lanes.values()) lane.length = 0;
    };
  }

  /** Whoever is not busy with the host has heard it when this returns. Never throws. */
  publish(event: HostEvent): void {
    this.published.push(event);
    if (this.isCarrying) return;
    this.isCarrying = true;
    for (let next = this.published.shift(); next !== undefined; next = this.published.shift())
      for (const subscription of this.subscriptions) this.offer(subscription, next);
    this.isCarrying = false;
  }

  private offer(subscription: Subscription, event: HostEvent): void {
    const lane = subscription.lanes.get(event.hostId);
    if (lane === undefined) this.hand(subscription, event);
    else this.queue(subscription, lane, event);
  }

  private queue({ name }: Subscription, lane: Lane, event: HostEvent): void {
    if (lane.length < mostWaiting) {
      lane.push(event);
      return;
    }
    const { hostId } = event;
    const [first] = lane;
    // The mark of earlier losses counts for as many as it stands for.
    const before = first?.type === 'missed' ? first.count : 0;
    const missed = lane.length + 1 - (before > 0 ? 1 : 0);
    const count = before + missed;
    lane.splice(0, lane.length, { type: 'missed', hostId, count });
    this.observer.hostEventsMissed(name, missed);
    this.log.warn({ hostId, subscriber: name, count }, 'a subscriber does not keep up with the events of a host');
  }

  /** At once; what follows waits only while the subscriber is busy with it. */
  private hand(subscription: Subscription, event: HeardEvent): void {
    const lane: Lane = [];
    subscription.lanes.set(event.hostId, lane);
    const busy = this.heard(subscription, event);
    if (busy === undefined) subscription.lanes.delete(event.hostId);
    else void busy.then(() => this.work(subscription, event.hostId, lane));
  }

  private async work(subscription: Subscription, hostId: HostId, lane: Lane): Promise<void> {
    for (let next = lane.shift(); next !== undefined; next = lane.shift()) await this.heard(subscription, next);
    subscription.lanes.delete(hostId);
  }

  /** Undefined: it is over. */
  private heard({ name, take }: Subscription, event: HeardEvent): Promise<void> | undefined {
    const failed = (error: unknown): void => {
      const { type, hostId } = event;
      this.log.error(
        { hostId, subscriber: name, event: type, cause: causeOf(error) },
        'an event of a host was not taken',
      );
    };
    try {
      const answer = take(event);
      return answer instanceof Promise ? answer.catch(failed) : undefined;
    } catch (error) {
      failed(error);
      return undefined;
    }
  }
}
