/**
 * Debian packages by what they are for: each name with the reason that is told when it has to be installed.
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

/** What vnf-catalog/image/tools.sh asks for. */
export const imagePackages = {
  openssl: 'signs the package',
  mmdebstrap: 'unpacks the Debian packages that the guest is made of',
  gcc: 'compiles the agent in the guest',
  'libc6-dev': 'the C library that the agent is linked with',
  clang: 'compiles the data path of the UPF, and the fuzzers of the suites',
  llvm: 'takes out of it what only debuggers read',
  'libbpf-dev': 'loads it; the UPF is linked with it',
  'libelf-dev': 'reads it, likewise',
  'zlib1g-dev': 'belongs to libelf',
  binutils: 'finds the libraries that the guest needs',
  kmod: 'orders the kernel modules of the guest',
  cpio: 'packs the root file system of the guest',
  lz4: 'compresses it so that it boots fast',
  jq: 'writes the facts about the image',
  fdisk: 'partitions the image',
  dosfstools: 'makes its boot file system',
  mtools: 'fills the boot file system without mounting it',
  syslinux: 'boots the image',
  'syslinux-common': 'boots the image',
  genisoimage: 'makes the configuration disc of the image test',
};

/** What `berth lab up` builds its hosts with, and starts them by (src/lab/requirements.ts). */
export const labPackages = {
  mmdebstrap: 'unpacks the Debian packages that the hosts of the lab are made of',
  e2fsprogs: 'makes their disk',
  cpio: 'packs what finds it',
  zstd: 'packs their frozen state',
  openssl: 'makes the certificates of their libvirt',
  'openssh-client': 'reaches them',
};

/** What benches of traffic need. */
export const trafficPackages = {
  iperf3: 'the traffic that is measured',
  ethtool: 'switches the offloads of the test hosts',
  'iputils-ping': 'finds the first packet that is forwarded',
  'qemu-system-x86': 'runs the guest',
};

/** What watches Berth in `npm run observe`. */
export const observePackages = {
  prometheus: 'scrapes Berth and evaluates its rules; promtool checks them',
  'prometheus-alertmanager': 'sends what fires to a receiver; amtool checks its configuration',
};

/** What only the suites need. */
export const testPackages = {
  ...observePackages,
  frr: 'a neighbour of the router under test, and the daemons that its differences are tried on',
  bird2: 'a neighbour of the router that is not FRR',
  'libclang-rt-14-dev': 'libFuzzer and the sanitizers that they run with',
  chromium: 'opens the pages of Berth',
  postgresql: 'the database that replicas share; the suites start one of their own',
  'python3-scapy': 'the packets that are sent through the firewall, and to the UPF',
  tshark: 'looks at what the UPF sent',
  ethtool: 'makes virtual cards finish checksums, as real ones do',
};
