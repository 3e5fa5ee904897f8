/**
 * The tables as Kysely sees them. Documents are JSON text and the truth about a record; the columns beside them are
 * what constraints, ordering and look-ups need, and are written from the document in the same statement.
 */
import type { Kysely } from 'kysely';

interface PackageRow {
  readonly id: string;
  /** Set once ONBOARDED: unique then. */
  readonly vnfd_id: string | null;
  readonly created_at_ms: number;
  readonly lease_owner: string | null;
  /** Set while UPLOADING or PROCESSING; 0: whoever asks first. */
  readonly lease_until_ms: number | null;
  readonly document: string;
}

interface InstanceRow {
  readonly id: string;
  readonly package_id: string;
  readonly document: string;
}

export interface OperationRow {
  readonly id: string;
  /** No foreign key: operations stay readable after their instance is deleted. */
  readonly instance_id: string;
  readonly state: string;
  readonly start_time_ms: number;
  readonly lease_owner: string | null;
  readonly lease_until_ms: number | null;
  /** Beside the document because it is large and never changes once committed. */
  readonly plan: string | null;
  readonly document: string;
}

export interface JournalRow {
  readonly op_occ_id: string;
  readonly seq: number;
  readonly step_id: string;
  readonly phase: string;
  readonly at_ms: number;
  readonly output: string | null;
}

export interface HostRow {
  readonly id: string;
  readonly zone: string;
  readonly admin_state: string;
  readonly generation: number;
  readonly facts: string | null;
}

export interface ClaimRow {
  readonly host_id: string;
  readonly kind: string;
  readonly key: string;
  readonly cell: number | null;
  /** 0 or 1. */
  readonly exclusive: number;
  readonly amount: number;
  readonly vnfc_id: string;
  readonly instance_id: string;
  readonly op_occ_id: string;
}

export interface LeftoverRow {
  readonly vnfc_id: string;
  readonly host_id: string;
  readonly pool: string;
  readonly name: string;
  /** JSON. */
  readonly bases: string;
  readonly reason: string;
  readonly since_ms: number;
}

interface SubscriptionRow {
  readonly id: string;
  readonly api: string;
  /** Digest of what makes two subscriptions the same. */
  readonly identity: string;
  readonly document: string;
  /** Of the latest delivery ever written for it. */
  readonly last_seq: number;
  /** When to call next; null while nothing is to be delivered. */
  readonly due_ms: number | null;
  readonly failures: number;
  readonly lease_owner: string | null;
  readonly lease_until_ms: number | null;
}

interface DeliveryRow {
  readonly subscription_id: string;
  readonly seq: number;
  readonly at_ms: number;
  readonly event: string;
}

export interface Tables {
  readonly packages: PackageRow;
  readonly instances: InstanceRow;
  readonly operations: OperationRow;
  readonly journal: JournalRow;
  readonly hosts: HostRow;
  readonly claims: ClaimRow;
  readonly leftovers: LeftoverRow;
  readonly subscriptions: SubscriptionRow;
  readonly deliveries: DeliveryRow;
}

/** A connection: outside or inside a transaction. */
export type Db = Kysely<Tables>;
