/**
 * Branded identifiers. A brand costs nothing at run time and stops a host id from being passed where a VNFC id is meant.
 */
declare const brand: unique symbol;

type Id<Name extends string> = string & { readonly [brand]: Name };

/** A KVM host, by the name its operator configured. */
export type HostId = Id<'HostId'>;
/** An onboarded VNF package (`VnfPkgInfo.id`). */
export type VnfPkgId = Id<'VnfPkgId'>;
/** `vnfdId`: the descriptor_id of a VNFD. */
export type VnfdId = Id<'VnfdId'>;
/** `VnfInstance.id`. */
export type VnfInstanceId = Id<'VnfInstanceId'>;
/** `VnfLcmOpOcc.id`. */
export type OpOccId = Id<'OpOccId'>;
/** `VnfcResourceInfo.id`: one VNFC, one virtual machine. Also the UUID of its libvirt domain. */
export type VnfcId = Id<'VnfcId'>;
/** A VNFC on a host, or its addresses: what claims belong to (inventory/model.ts `Allocation`). */
export type AllocationId = Id<'AllocationId'>;
/** `PkgmSubscription.id`, and those of other interfaces. */
export type SubscriptionId = Id<'SubscriptionId'>;
/** One database of Berth and what is made from it, on however many replicas and hosts: a UUID. */
export type InstallationId = Id<'InstallationId'>;

export const hostId = (text: string): HostId => text as HostId;
export const vnfPkgId = (text: string): VnfPkgId => text as VnfPkgId;
export const vnfdId = (text: string): VnfdId => text as VnfdId;
export const vnfInstanceId = (text: string): VnfInstanceId => text as VnfInstanceId;
export const opOccId = (text: string): OpOccId => text as OpOccId;
export const vnfcId = (text: string): VnfcId => text as VnfcId;
export const allocationId = (text: string): AllocationId => text as AllocationId;
export const subscriptionId = (text: string): SubscriptionId => text as SubscriptionId;
export const installationId = (text: string): InstallationId => text as InstallationId;
