/**
 * Delivers events of hosts to subscribers. Every subscriber receives the events of a host in order and one at a time;
 * those of different hosts concurrently. A slow or failing subscriber does not affect the others.
 */
import type { HostId } from '../../shared/ids.js';
import type { Log } from '../../shared/log.js';
import { causeOf } from '../step-problem.js';
import type { HostObserver } from '../observer.js';
import type { HeardEvent, HostEvent, HostEvents, HostSubscriber } from './events.js';

/** Limit of queued events per host and subscriber: beyond it the queue is dropped, and the subscriber gets an event for that. */
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
  /** Events that subscribers publish while they handle one are delivered after it. */
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

  /** Subscribers that are not busy with the host have been called when this returns. Never throws. */
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
    // An earlier loss event counts as the number of events it stands for.
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
