/**
 * The tables as Kysely sees them. Documents are JSON text and authoritative; the columns beside them serve
 * constraints, ordering and look-ups, and are written from the document in the same statement.
 */
import type { ColumnType, Generated, Kysely, Selectable } from 'kysely';
import type { WallClock } from '../../shared/clock.js';
import type { Parsed } from './rows/json.js';

/** JSON of which every reader relies on something: checked, and parsed by that, on its way out (rows/unreadable-rows.ts). */
type Checked = ColumnType<Parsed, string, string>;
type CheckedOrNull = ColumnType<Parsed | null, string | null, string | null>;

/** Columns of a lease (free-lease.ts). */
interface LeaseColumns {
  readonly lease_owner: string | null;
  /** Number by which the database knows whether the holder is alive; null when it cannot. */
  readonly lease_session: number | null;
  readonly lease_token: Generated<number>;
  readonly lease_beat: Generated<number>;
  /** Above 0: deferred for this time. */
  readonly rest_ms: Generated<number>;
}

interface PackageRow extends LeaseColumns {
  readonly id: string;
  /** Set once ONBOARDED: unique then. */
  readonly vnfd_id: string | null;
  readonly created_at_ms: number;
  /** 1 while UPLOADING or PROCESSING, else 0. */
  readonly under_way: Generated<number>;
  /** Its onboarding state. Null: the row could not be read when the column was made. */
  readonly state: string | null;
  /** What lists show. */
  readonly document: Checked;
  /** Set once ONBOARDED, like `artifacts`, which may be large and is rarely read. */
  readonly contents: CheckedOrNull;
  readonly artifacts: string | null;
  /** Of its flavours. */
  readonly scaling: string | null;
}

/** Which onboarded packages hold a software image. */
interface PackageImageRow {
  readonly sha256: string;
  readonly package_id: string;
}

interface SbomRow {
  readonly package_id: string;
  /** Its place among the SBOMs of the package. */
  readonly no: number;
  readonly path: string;
  /** JSON; null: it describes the package as a whole. */
  readonly image: string | null;
}

interface SbomComponentRow {
  readonly package_id: string;
  readonly seq: number;
  readonly sbom_no: number;
  readonly name: string;
  readonly component_group: string | null;
  readonly version: string | null;
  readonly purl: string | null;
}

/** A name by which a component is looked up. */
interface SbomNameRow {
  readonly name: string;
  readonly package_id: string;
  readonly seq: number;
  readonly sbom_no: number;
  readonly version: string | null;
}

interface InstanceRow {
  readonly id: string;
  readonly package_id: string;
  readonly vnfd_id: string | null;
  /** The part that can be looked up in an index. */
  readonly name: string | null;
  readonly revision: number;
  /** Null: NOT_INSTANTIATED. */
  readonly flavour_id: string | null;
  readonly document: Checked;
  readonly instantiated: CheckedOrNull;
}

export interface OperationColumns extends LeaseColumns {
  readonly id: string;
  /** No foreign key: operations stay readable after their instance is deleted. */
  readonly instance_id: string;
  readonly state: string;
  /** When it entered its state: an order. Null: it ended before the column was made. */
  readonly state_entered_ms: number | null;
  readonly start_time_ms: number;
  readonly operation: string | null;
  /** What lists show. */
  readonly document: Checked;
  /** Beside the document because it is large and never changes once committed. */
  readonly plan: CheckedOrNull;
  /** Of the steps under way: JSON. Null: none has waited yet. */
  readonly waited: string | null;
  /** What the plan says of it, 0 or 1. */
  readonly rollback_supported: number | null;
  readonly params: CheckedOrNull;
  readonly explanation: string | null;
}

export type OperationRow = Selectable<OperationColumns>;

export interface JournalRow {
  readonly op_occ_id: string;
  readonly seq: number;
  readonly step_id: string;
  readonly phase: string;
  readonly at_ms: number;
  readonly output: string | null;
}

interface HostColumns {
  readonly id: string;
  readonly zone: string;
  readonly admin_state: string;
  readonly generation: number;
  readonly facts: string | null;
  /** Null: written before there were origins. */
  readonly origin: string | null;
  /** JSON: the settings of a host that was added by API. */
  readonly entry: string | null;
  readonly hypervisor: string | null;
  readonly revision: Generated<number>;
}

export type HostRow = Selectable<HostColumns>;

/** accepted-functions.ts */
interface AcceptedFunctionRow {
  readonly host_id: string;
  readonly address: string;
  /** JSON. */
  readonly accepted: string;
}

/** One row (host-directory.ts). */
interface HostChangesRow {
  readonly singleton: number;
  readonly count: number;
  readonly top_generation: number;
}

export interface ClaimRow {
  readonly host_id: string;
  readonly kind: string;
  readonly key: string;
  readonly cell: number | null;
  /** 0 or 1. */
  readonly exclusive: number;
  readonly amount: number;
  readonly allocation_id: string;
}

export interface AllocationRow {
  readonly id: string;
  readonly vnfc_id: string;
  readonly instance_id: string;
  /** `*`: addresses. */
  readonly host_id: string;
  readonly op_occ_id: string;
  /** What keeps it: the operation that made it, the record of its instance, or leftovers of its VNFC. */
  readonly owner: string;
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

interface SubscriptionRow extends LeaseColumns {
  readonly id: string;
  readonly api: string;
  /** Digest of what makes two subscriptions the same. */
  readonly identity: string;
  readonly created_at_ms: number;
  readonly document: Checked;
  /** Of the latest delivery ever written for it. */
  readonly last_seq: number;
  /** Since when there is something to deliver, or it was last tried: only an order. Null: nothing is to be delivered. */
  readonly waits_since_ms: number | null;
  readonly failures: number;
  /** Total time that its deliveries have been deferred. */
  readonly waited_ms: Generated<number>;
}

interface DeliveryRow {
  readonly subscription_id: string;
  readonly seq: number;
  readonly at_ms: number;
  /** `waited_ms` of its subscription when it was written, the rest under way included. */
  readonly waited_ms: Generated<number>;
  readonly event: Checked;
}

/** Duties, by the name of the background task. */
interface DutyRow extends LeaseColumns {
  readonly id: string;
}

/** One row, made at the first start. */
interface InstallationRow {
  readonly singleton: number;
  readonly id: string;
  readonly tick: number;
  readonly created_at_ms: number;
}

/** Ids of removed objects, which show that an object found again belonged to this installation. */
interface EndedRow {
  readonly kind: string;
  readonly id: string;
  readonly at_ms: number;
}

export interface Tables {
  readonly packages: PackageRow;
  readonly package_images: PackageImageRow;
  readonly sboms: SbomRow;
  readonly sbom_components: SbomComponentRow;
  readonly sbom_names: SbomNameRow;
  readonly instances: InstanceRow;
  readonly operations: OperationColumns;
  readonly journal: JournalRow;
  readonly hosts: HostColumns;
  readonly host_changes: HostChangesRow;
  readonly accepted_functions: AcceptedFunctionRow;
  readonly allocations: AllocationRow;
  readonly claims: ClaimRow;
  readonly leftovers: LeftoverRow;
  readonly subscriptions: SubscriptionRow;
  readonly deliveries: DeliveryRow;
  readonly duties: DutyRow;
  readonly installation: InstallationRow;
  readonly ended: EndedRow;
}

/** A connection: outside or inside a transaction. */
export type Db = Kysely<Tables>;

/** A transaction in which something is written with the time at which it happens. */
export interface Tx extends Db {
  readonly clock: WallClock;
}
