/**
 * Delivers the notifications of the outbox: takes the oldest delivery of a subscription by lease, calls the subscriber, and
 * ends or defers it. Subscribers are served concurrently, each in order. After a crash between the call and its record the
 * notification is delivered again, never lost; subscribers recognise it by its id.
 */
import type { Leased, Leases } from '../../../store/lease.js';
import type { SubscriptionRecords } from '../../../store/subscriptions.js';
import type { CallbackAnswer, Callbacks } from '../../../notify/notify.js';
import type { Clock } from '../../../shared/clock.js';
import type { Log } from '../../../shared/log.js';
import { pauseMs, type BackOff } from '../../../subscription/back-off.js';
import type { Delivery } from '../../../subscription/model.js';
import type { Background, Task } from '../background.js';
import { LeaseWatch, type LeaseTimes } from '../lease-watch.js';
import type { DeliveryObserver } from '../../observer.js';
import { causeOf } from '../../step-problem.js';

export interface NotifierSettings extends LeaseTimes {
  /** Unique per process start. */
  readonly owner: string;
  /** Interval between looks for deliveries, and so the longest delay of a first attempt. */
  readonly pollMs: number;
  /** Subscribers called at once. */
  readonly lanes: number;
  readonly backOff: BackOff;
  /** A delivery whose waits between attempts add up to this is dropped. */
  readonly keepMs: number;
  /** Deliveries kept per subscription; the oldest are dropped first. */
  readonly keepAtMost: number;
}

export const defaultNotifierSettings = (owner: string): NotifierSettings => ({
  owner,
  pollMs: 500,
  // Longer than any call, so that no other replica delivers at the same time.
  leaseMs: 90_000,
  goneMs: 3_000,
  lanes: 64,
  backOff: { firstPauseMs: 1_000, longestPauseMs: 300_000 },
  keepMs: 24 * 3_600_000,
  keepAtMost: 10_000,
});

/** Taking runs a few statements; if it takes longer than this the database hangs. */
const takeLimitMs = 60_000;

export interface NotifierPorts {
  readonly store: Leases & Pick<SubscriptionRecords, 'leaseDelivery' | 'endDelivery'>;
  readonly callbacks: Pick<Callbacks, 'deliver'>;
  readonly clock: Pick<Clock, 'now' | 'elapsedMs'>;
  readonly log: Log;
  readonly observer: DeliveryObserver;
  readonly background: Background;
}

export class Notifier {
  /** Subscriptions that are being served here. */
  readonly #inHand = new Set<string>();
  readonly #task: Task;
  readonly #watch: LeaseWatch;

  constructor(
    private readonly ports: NotifierPorts,
    private readonly settings: NotifierSettings,
  ) {
    this.#task = ports.background.add({
      name: 'notifications',
      does: 'looking for notifications',
      everyMs: settings.pollMs,
      limitMs: takeLimitMs,
      run: () => this.takeAll(),
    });
    this.#watch = new LeaseWatch(ports.store, 'subscriptions', ports.clock, settings);
  }

  private async takeAll(): Promise<void> {
    const { owner, lanes } = this.settings;
    const lapsed = await this.#watch.lapsed(this.#inHand);
    while (!this.#task.stopping.aborted && this.#inHand.size < lanes) {
      const inHand = [...this.#inHand];
      const leased = await this.ports.store.leaseDelivery({ owner, inHand, lapsed });
      if (leased === undefined) return;
      this.begin(leased);
    }
  }

  private begin(leased: Leased<Delivery>): void {
    const { id } = leased.work.subscription;
    this.#inHand.add(id);
    const deliver = () =>
      this.deliver(leased).finally(() => {
        this.#inHand.delete(id);
        this.#task.wake();
      });
    void this.#task.beside({ subscriptionId: id }, deliver);
  }

  private async deliver(leased: Leased<Delivery>): Promise<void> {
    try {
      // A call aborted because Berth stops counts as failed.
      const answer = await this.ports.callbacks.deliver(leased.work, this.#task.stopping);
      if (answer.result === 'failed') await this.putOff(leased, answer.why);
      else await this.end(leased, answer);
    } catch (error) {
      const fields = { ...fieldsOf(leased.work), cause: causeOf(error) };
      this.ports.log.error(fields, 'delivering a notification met a fault; it is tried again when the lease runs out');
    }
  }

  private async end(leased: Leased<Delivery>, answer: Exclude<CallbackAnswer, { result: 'failed' }>): Promise<void> {
    const { store, clock, log, observer } = this.ports;
    const { work: delivery } = leased;
    await store.endDelivery(leased, { result: 'over', atMs: clock.now() });
    observer.deliveriesEnded(answer.result === 'delivered' ? 'delivered' : 'dropped', 1);
    if (answer.result === 'refused') {
      log.warn({ ...fieldsOf(delivery), why: answer.why }, 'the subscriber refuses the notification, it is dropped');
    } else if (delivery.failures > 0) {
      log.info(fieldsOf(delivery), 'the subscriber takes notifications again');
    }
  }

  private async putOff(leased: Leased<Delivery>, why: string): Promise<void> {
    const { store, clock, log, observer } = this.ports;
    const { backOff, keepMs, keepAtMost } = this.settings;
    const { work: delivery } = leased;
    const restMs = pauseMs(delivery.failures + 1, Math.random(), backOff);
    const end = { result: 'failed', atMs: clock.now(), restMs, keepAtMost, keepMs } as const;
    const ended = await store.endDelivery(leased, end);
    observer.deliveriesEnded('failed', 1);
    const fields = { ...fieldsOf(delivery), why };
    if (delivery.failures === 0) log.warn(fields, 'a notification could not be delivered; it is tried again');
    if (ended === undefined || ended.dropped === 0) return;
    observer.deliveriesEnded('dropped', ended.dropped);
    log.warn({ ...fields, dropped: ended.dropped }, 'notifications that could not be delivered are dropped');
  }
}

const fieldsOf = ({ subscription: { id, api, callbackUri }, seq, event, failures }: Delivery) => ({
  subscriptionId: id,
  api,
  callback: URL.parse(callbackUri)?.origin,
  notificationId: event.id,
  seq,
  failures,
});
