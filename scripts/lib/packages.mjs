/**
 * Debian packages by what they are for.
 */
export const hostPackages = {
  'qemu-system-x86': 'runs the virtual machines',
  'qemu-utils': 'reads and writes their disk images',
  'libvirt-daemon-system': 'manages them; Berth speaks to it',
  'libvirt-clients': 'virsh, to look at what Berth has made',
  iproute2: 'bridges and network namespaces of the data plane',
  'iputils-ping': 'the traffic that proves forwarding',
  tini: 'reaps processes where no init system does',
};
