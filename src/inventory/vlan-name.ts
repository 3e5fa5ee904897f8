/** VLANs of one physical network are networks of their own: so their addresses are claimed, and so virtio ports join them. */
export const vlanName = (network: string, vlan: number | undefined): string =>
  vlan === undefined ? network : `${network}.${String(vlan)}`;
