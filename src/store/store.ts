/**
 * The store port: what Berth remembers. Verbs are whole transactions named by intent; there is no way to hold one
 * open. The database has the last word: uniqueness of claims and one operation per instance are its constraints.
 *
 * Each area stands in a file of its own with its records. Whoever needs the store names the verbs that it calls; the
 * whole is for those who make one and hand it on.
 */
import type { ClaimRecords } from './claims.js';
import type { StoreConnection } from './connection.js';
import type { Figures } from './figures.js';
import type { HostDirectory } from './host-directory.js';
import type { HostRecords } from './hosts.js';
import type { InstanceRecords } from './instances.js';
import type { DutyRows, Leases } from './lease.js';
import type { OperationRecords } from './operations.js';
import type { Ownership } from './ownership.js';
import type { PackageRecords } from './packages.js';
import type { Retention } from './retention.js';
import type { Sboms } from './sbom.js';
import type { SubscriptionRecords } from './subscriptions.js';

export interface Store
  extends
    StoreConnection,
    Ownership,
    PackageRecords,
    Sboms,
    InstanceRecords,
    OperationRecords,
    Leases,
    DutyRows,
    Retention,
    HostRecords,
    HostDirectory,
    ClaimRecords,
    SubscriptionRecords,
    Figures {}
