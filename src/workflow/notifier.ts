/**
 * Delivers what the store's outbox holds: takes the oldest delivery of a subscription by lease, calls the subscriber, and
 * ends it or puts it off. Subscribers are served side by side, each in order. A crash between the call and the note of it
 * has the notification delivered again, never lost: subscribers know it by its id.
 */
import type { CallbackAnswer, Callbacks } from '../notify/notify.js';
import type { Clock } from '../shared/clock.js';
import type { Log } from '../shared/log.js';
import type { Store } from '../store/store.js';
import { pauseMs, type BackOff } from '../subscription/back-off.js';
import type { Delivery } from '../subscription/model.js';
import type { DeliveryObserver } from './observer.js';
import { Outage } from './outage.js';
import { causeOf } from './step-problem.js';

export interface NotifierSettings {
  /** Unique per process start. */
  readonly owner: string;
  /** How often to look for deliveries; longer than that no notification waits. */
  readonly pollMs: number;
  /** Longer than any call: after it another replica delivers. */
  readonly leaseMs: number;
  /** Subscribers called at once. */
  readonly lanes: number;
  readonly backOff: BackOff;
  /** What a subscriber could not be told for this long after the event is dropped. */
  readonly keepMs: number;
  /** Deliveries kept per subscription; the oldest are dropped first. */
  readonly keepAtMost: number;
}

export const defaultNotifierSettings = (owner: string): NotifierSettings => ({
  owner,
  pollMs: 500,
  leaseMs: 90_000,
  lanes: 64,
  backOff: { firstPauseMs: 1_000, longestPauseMs: 300_000 },
  keepMs: 24 * 3_600_000,
  keepAtMost: 10_000,
});

export interface NotifierPorts {
  readonly store: Pick<Store, 'leaseDelivery' | 'endDelivery'>;
  readonly callbacks: Pick<Callbacks, 'deliver'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly observer: DeliveryObserver;
}

export class Notifier {
  readonly #stopping = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #looping: Promise<void> | undefined;
  readonly #outage: Outage;
  #wake: () => void = () => undefined;

  constructor(
    private readonly ports: NotifierPorts,
    private readonly settings: NotifierSettings,
  ) {
    this.#outage = new Outage(ports.log, 'looking for notifications');
  }

  start(): void {
    this.#looping ??= this.loop();
  }

  /** Calls under way are broken off and count as failed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#looping;
    await Promise.all(this.#underWay);
  }

  private async loop(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const pause = this.pause();
      await this.takeAll();
      await pause;
    }
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.settings.pollMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async takeAll(): Promise<void> {
    while (!this.#stopping.signal.aborted && this.#underWay.size < this.settings.lanes) {
      const delivery = await this.lease();
      if (delivery === undefined) return;
      const end: Promise<void> = this.deliver(delivery).finally(() => {
        this.#underWay.delete(end);
        this.#wake();
      });
      this.#underWay.add(end);
    }
  }

  private async lease(): Promise<Delivery | undefined> {
    const now = this.ports.clock.now();
    try {
      const delivery = await this.ports.store.leaseDelivery(this.settings.owner, now, now + this.settings.leaseMs);
      this.#outage.ends();
      return delivery;
    } catch (error) {
      this.#outage.begins(error);
      return undefined;
    }
  }

  private async deliver(delivery: Delivery): Promise<void> {
    try {
      const answer = await this.ports.callbacks.deliver(delivery, this.#stopping.signal);
      if (answer.result === 'failed') await this.putOff(delivery, answer.why);
      else await this.end(delivery, answer);
    } catch (error) {
      const fields = { ...fieldsOf(delivery), cause: causeOf(error) };
      this.ports.log.error(fields, 'delivering a notification met a fault; it is tried again when the lease runs out');
    }
  }

  private async end(delivery: Delivery, answer: Exclude<CallbackAnswer, { result: 'failed' }>): Promise<void> {
    const { store, clock, log, observer } = this.ports;
    await store.endDelivery(delivery, this.settings.owner, { result: 'over', nextAtMs: clock.now() });
    observer.deliveriesEnded(answer.result === 'delivered' ? 'delivered' : 'dropped', 1);
    if (answer.result === 'refused') {
      log.warn({ ...fieldsOf(delivery), why: answer.why }, 'the subscriber refuses the notification, it is dropped');
    } else if (delivery.failures > 0) {
      log.info(fieldsOf(delivery), 'the subscriber takes notifications again');
    }
  }

  private async putOff(delivery: Delivery, why: string): Promise<void> {
    const { store, clock, log, observer } = this.ports;
    const { owner, backOff, keepMs, keepAtMost } = this.settings;
    const now = clock.now();
    const nextAtMs = now + pauseMs(delivery.failures + 1, Math.random(), backOff);
    const end = { result: 'failed', nextAtMs, keepAtMost, keepSinceMs: now - keepMs } as const;
    const ended = await store.endDelivery(delivery, owner, end);
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
