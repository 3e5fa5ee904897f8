/** What an interface says of an event in its notifications, beside what all notifications have (SOL013 clause 8.3.4). */
export interface Told {
  readonly notificationType: string;
  readonly attributes: object;
  /** URIs by the name of their link; the subscription's is there without. */
  readonly links: Readonly<Record<string, string>>;
}

/** Where the subscriber knows the interface: links begin with it. */
export interface Addressed {
  readonly apiRoot: string;
}
