/**
 * Declarations of the C functions that Berth uses from libvirt, named as in libvirt's manual without `vir`. No logic.
 * Loaded once per thread. `deep` (RTLD_DEEPBIND) keeps libvirt's own symbols (OpenSSL among them) from binding to
 * those of the node executable. `str!` frees the returned string. 64-bit integers come as number or bigint.
 */
import koffi, { type LibraryHandle } from 'koffi';

declare const handle: unique symbol;
type Handle<Name extends string> = bigint & { readonly [handle]: Name };

export type ConnectPtr = Handle<'Connect'>;
export type DomainPtr = Handle<'Domain'>;
export type NetworkPtr = Handle<'Network'>;
export type StoragePoolPtr = Handle<'StoragePool'>;
export type StorageVolPtr = Handle<'StorageVol'>;
export type NodeDevicePtr = Handle<'NodeDevice'>;
export type InterfacePtr = Handle<'Interface'>;
export type StreamPtr = Handle<'Stream'>;
/** Address of a C function. */
export type FunctionPtr = Handle<'Function'>;
/** Address of a C array. */
export type ArrayPtr = Handle<'Array'>;
export type Int64 = number | bigint;
/** One-element array that a call fills. */
export type Out<T> = [T];

const libvirt = koffi.load('libvirt.so.0', { deep: true });
const libvirtQemu = koffi.load('libvirt-qemu.so.0', { deep: true });
const libc = koffi.load('libc.so.6');

const bind = <Signature>(prototype: string, library: LibraryHandle = libvirt): Signature =>
  library.func(prototype) as unknown as Signature;

/** Most results are `int`: -1, like NULL, means that the thread's last error says why. */
export const GetLastErrorCode = bind<() => number>('int virGetLastErrorCode()');
export const GetLastErrorDomain = bind<() => number>('int virGetLastErrorDomain()');
export const GetLastErrorMessage = bind<() => string>('str virGetLastErrorMessage()');
export const SetErrorFunc = bind<(userData: null, handler: FunctionPtr) => void>(
  'void virSetErrorFunc(void *userData, void *handler)',
);

export const EventRegisterDefaultImpl = bind<() => number>('int virEventRegisterDefaultImpl()');
export const EventRunDefaultImpl = bind<() => number>('int virEventRunDefaultImpl()');
export const EventAddTimeout = bind<(frequencyMs: number, callback: FunctionPtr, opaque: null, free: null) => number>(
  'int virEventAddTimeout(int frequency, void *cb, void *opaque, void *ff)',
);

export const ConnectOpen = bind<(uri: string) => ConnectPtr | null>('void *virConnectOpen(str name)');
export const ConnectClose = bind<(conn: ConnectPtr) => number>('int virConnectClose(void *conn)');
export const ConnectIsAlive = bind<(conn: ConnectPtr) => number>('int virConnectIsAlive(void *conn)');
export const ConnectSetKeepAlive = bind<(conn: ConnectPtr, intervalSeconds: number, count: number) => number>(
  'int virConnectSetKeepAlive(void *conn, int interval, uint count)',
);
export const ConnectRegisterCloseCallback = bind<
  (conn: ConnectPtr, callback: FunctionPtr, opaque: null, free: null) => number
>('int virConnectRegisterCloseCallback(void *conn, void *cb, void *opaque, void *freecb)');
export const ConnectDomainEventRegisterAny = bind<
  (conn: ConnectPtr, domain: null, eventId: number, callback: FunctionPtr, opaque: null, free: FunctionPtr) => number
>('int virConnectDomainEventRegisterAny(void *conn, void *dom, int eventID, void *cb, void *opaque, void *freecb)');

export const ConnectGetHostname = bind<(conn: ConnectPtr) => string | null>('str! virConnectGetHostname(void *conn)');
export const ConnectGetType = bind<(conn: ConnectPtr) => string | null>('str virConnectGetType(void *conn)');
export const ConnectGetVersion = bind<(conn: ConnectPtr, version: Out<Int64>) => number>(
  'int virConnectGetVersion(void *conn, _Out_ ulong *hvVer)',
);
export const ConnectGetLibVersion = bind<(conn: ConnectPtr, version: Out<Int64>) => number>(
  'int virConnectGetLibVersion(void *conn, _Out_ ulong *libVer)',
);
export const ConnectGetCapabilities = bind<(conn: ConnectPtr) => string | null>(
  'str! virConnectGetCapabilities(void *conn)',
);
export const ConnectGetDomainCapabilities = bind<
  (
    conn: ConnectPtr,
    emulator: null,
    arch: string | null,
    machine: string | null,
    virtType: string | null,
    flags: number,
  ) => string | null
>('str! virConnectGetDomainCapabilities(void *conn, str emulatorbin, str arch, str machine, str virttype, uint flags)');
/** Of each typed parameter 96 bytes; -1 in `count` asks how many there are. */
export const NodeGetMemoryParameters = bind<
  (conn: ConnectPtr, parameters: Uint8Array | null, count: Int32Array, flags: number) => number
>('int virNodeGetMemoryParameters(void *conn, _Out_ uint8_t *params, _Inout_ int *nparams, uint flags)');
/** Answers how many CPUs there are. Bits of `map`, where one is asked for, are those that are on; it is to be freed. */
export const NodeGetCPUMap = bind<
  (conn: ConnectPtr, map: Out<ArrayPtr | null> | null, online: Out<number> | null, flags: number) => number
>('int virNodeGetCPUMap(void *conn, _Out_ void **cpumap, _Out_ uint *online, uint flags)');
export const NodeGetFreePages = bind<
  (
    conn: ConnectPtr,
    count: number,
    pagesKiB: Uint32Array,
    startCell: number,
    cellCount: number,
    counts: BigUint64Array,
    flags: number,
  ) => number
>(
  'int virNodeGetFreePages(void *conn, uint npages, uint *pages, int startCell, uint cellCount, _Out_ uint64_t *counts, uint flags)',
);

const list = (name: string) =>
  bind<(conn: ConnectPtr | StoragePoolPtr, list: Out<ArrayPtr | null>, flags: number) => number>(
    `int ${name}(void *conn, _Out_ void **list, uint flags)`,
  );

export const ConnectListAllDomains = list('virConnectListAllDomains');
export const ConnectListAllNetworks = list('virConnectListAllNetworks');
export const ConnectListAllStoragePools = list('virConnectListAllStoragePools');
export const ConnectListAllNodeDevices = list('virConnectListAllNodeDevices');
export const ConnectListAllInterfaces = list('virConnectListAllInterfaces');
export const StoragePoolListAllVolumes = list('virStoragePoolListAllVolumes');

export const NodeDeviceGetXMLDesc = bind<(device: NodeDevicePtr, flags: number) => string | null>(
  'str! virNodeDeviceGetXMLDesc(void *dev, uint flags)',
);
export const NodeDeviceLookupByName = bind<(conn: ConnectPtr, name: string) => NodeDevicePtr | null>(
  'void *virNodeDeviceLookupByName(void *conn, str name)',
);
export const NodeDeviceDetachFlags = bind<(device: NodeDevicePtr, driver: string, flags: number) => number>(
  'int virNodeDeviceDetachFlags(void *dev, str driver, uint flags)',
);
export const NodeDeviceReAttach = bind<(device: NodeDevicePtr) => number>('int virNodeDeviceReAttach(void *dev)');
export const NodeDeviceFree = bind<(device: NodeDevicePtr) => number>('int virNodeDeviceFree(void *dev)');

export const InterfaceGetXMLDesc = bind<(device: InterfacePtr, flags: number) => string | null>(
  'str! virInterfaceGetXMLDesc(void *iface, uint flags)',
);
export const InterfaceGetMACString = bind<(device: InterfacePtr) => string | null>(
  'str virInterfaceGetMACString(void *iface)',
);
export const InterfaceFree = bind<(device: InterfacePtr) => number>('int virInterfaceFree(void *iface)');

export const StoragePoolLookupByName = bind<(conn: ConnectPtr, name: string) => StoragePoolPtr | null>(
  'void *virStoragePoolLookupByName(void *conn, str name)',
);
export const StoragePoolDefineXML = bind<(conn: ConnectPtr, xml: string, flags: number) => StoragePoolPtr | null>(
  'void *virStoragePoolDefineXML(void *conn, str xml, uint flags)',
);
const poolFlags = (name: string) =>
  bind<(pool: StoragePoolPtr, flags: number) => number>(`int ${name}(void *pool, uint flags)`);
export const StoragePoolBuild = poolFlags('virStoragePoolBuild');
export const StoragePoolCreate = poolFlags('virStoragePoolCreate');
export const StoragePoolRefresh = poolFlags('virStoragePoolRefresh');
export const StoragePoolSetAutostart = bind<(pool: StoragePoolPtr, autostart: number) => number>(
  'int virStoragePoolSetAutostart(void *pool, int autostart)',
);
export const StoragePoolIsActive = bind<(pool: StoragePoolPtr) => number>('int virStoragePoolIsActive(void *pool)');
export const StoragePoolGetXMLDesc = bind<(pool: StoragePoolPtr, flags: number) => string | null>(
  'str! virStoragePoolGetXMLDesc(void *pool, uint flags)',
);
export const StoragePoolFree = bind<(pool: StoragePoolPtr) => number>('int virStoragePoolFree(void *pool)');

export const StorageVolLookupByName = bind<(pool: StoragePoolPtr, name: string) => StorageVolPtr | null>(
  'void *virStorageVolLookupByName(void *pool, str name)',
);
export const StorageVolCreateXML = bind<(pool: StoragePoolPtr, xml: string, flags: number) => StorageVolPtr | null>(
  'void *virStorageVolCreateXML(void *pool, str xml, uint flags)',
);
export const StorageVolDelete = bind<(volume: StorageVolPtr, flags: number) => number>(
  'int virStorageVolDelete(void *vol, uint flags)',
);
export const StorageVolGetXMLDesc = bind<(volume: StorageVolPtr, flags: number) => string | null>(
  'str! virStorageVolGetXMLDesc(void *vol, uint flags)',
);
export const StorageVolUpload = bind<
  (volume: StorageVolPtr, stream: StreamPtr, offset: number, length: number, flags: number) => number
>('int virStorageVolUpload(void *vol, void *stream, uint64_t offset, uint64_t length, uint flags)');
export const StorageVolDownload = bind<
  (volume: StorageVolPtr, stream: StreamPtr, offset: number, length: number, flags: number) => number
>('int virStorageVolDownload(void *vol, void *stream, uint64_t offset, uint64_t length, uint flags)');
export const StorageVolFree = bind<(volume: StorageVolPtr) => number>('int virStorageVolFree(void *vol)');

export const StreamNew = bind<(conn: ConnectPtr, flags: number) => StreamPtr | null>(
  'void *virStreamNew(void *conn, uint flags)',
);
export const StreamSend = bind<(stream: StreamPtr, data: Uint8Array, length: number) => number>(
  'int virStreamSend(void *st, const void *data, size_t nbytes)',
);
/** 0: the end. */
export const StreamRecv = bind<(stream: StreamPtr, data: Uint8Array, length: number) => number>(
  'int virStreamRecv(void *st, _Out_ uint8_t *data, size_t nbytes)',
);
const stream = (name: string) => bind<(stream: StreamPtr) => number>(`int ${name}(void *st)`);
export const StreamFinish = stream('virStreamFinish');
export const StreamAbort = stream('virStreamAbort');
export const StreamFree = stream('virStreamFree');

export const NetworkLookupByName = bind<(conn: ConnectPtr, name: string) => NetworkPtr | null>(
  'void *virNetworkLookupByName(void *conn, str name)',
);
export const NetworkDefineXMLFlags = bind<(conn: ConnectPtr, xml: string, flags: number) => NetworkPtr | null>(
  'void *virNetworkDefineXMLFlags(void *conn, str xml, uint flags)',
);
const network = (name: string) => bind<(network: NetworkPtr) => number>(`int ${name}(void *net)`);
export const NetworkCreate = network('virNetworkCreate');
export const NetworkDestroy = network('virNetworkDestroy');
export const NetworkUndefine = network('virNetworkUndefine');
export const NetworkIsActive = network('virNetworkIsActive');
export const NetworkIsPersistent = network('virNetworkIsPersistent');
export const NetworkFree = network('virNetworkFree');
export const NetworkSetAutostart = bind<(network: NetworkPtr, autostart: number) => number>(
  'int virNetworkSetAutostart(void *net, int autostart)',
);
export const NetworkGetXMLDesc = bind<(network: NetworkPtr, flags: number) => string | null>(
  'str! virNetworkGetXMLDesc(void *net, uint flags)',
);

export const DomainLookupByUUIDString = bind<(conn: ConnectPtr, uuid: string) => DomainPtr | null>(
  'void *virDomainLookupByUUIDString(void *conn, str uuid)',
);
export const DomainLookupByName = bind<(conn: ConnectPtr, name: string) => DomainPtr | null>(
  'void *virDomainLookupByName(void *conn, str name)',
);
export const DomainDefineXMLFlags = bind<(conn: ConnectPtr, xml: string, flags: number) => DomainPtr | null>(
  'void *virDomainDefineXMLFlags(void *conn, str xml, uint flags)',
);
export const DomainCreateXML = bind<(conn: ConnectPtr, xml: string, flags: number) => DomainPtr | null>(
  'void *virDomainCreateXML(void *conn, str xml, uint flags)',
);
const domainFlags = (name: string) =>
  bind<(domain: DomainPtr, flags: number) => number>(`int ${name}(void *dom, uint flags)`);
export const DomainCreateWithFlags = domainFlags('virDomainCreateWithFlags');
export const DomainDestroyFlags = domainFlags('virDomainDestroyFlags');
export const DomainShutdownFlags = domainFlags('virDomainShutdownFlags');
export const DomainUndefineFlags = domainFlags('virDomainUndefineFlags');
const domainDevice = (name: string) =>
  bind<(domain: DomainPtr, xml: string, flags: number) => number>(`int ${name}(void *dom, str xml, uint flags)`);
export const DomainAttachDeviceFlags = domainDevice('virDomainAttachDeviceFlags');
export const DomainDetachDeviceFlags = domainDevice('virDomainDetachDeviceFlags');
const domain = (name: string) => bind<(domain: DomainPtr) => number>(`int ${name}(void *dom)`);
export const DomainResume = domain('virDomainResume');
export const DomainIsActive = domain('virDomainIsActive');
export const DomainIsPersistent = domain('virDomainIsPersistent');
export const DomainFree = domain('virDomainFree');
export const DomainGetState = bind<
  (domain: DomainPtr, state: Out<number>, reason: Out<number>, flags: number) => number
>('int virDomainGetState(void *dom, _Out_ int *state, _Out_ int *reason, uint flags)');
/** struct virDomainControlInfo: state and details (int each), then the time in that state (unsigned long long). */
export const DomainGetControlInfo = bind<(domain: DomainPtr, info: BigUint64Array, flags: number) => number>(
  'int virDomainGetControlInfo(void *dom, _Out_ uint64_t *info, uint flags)',
);
export const DomainGetName = bind<(domain: DomainPtr) => string | null>('str virDomainGetName(void *dom)');
/** Fills 37 bytes: the text and its NUL. */
export const DomainGetUUIDString = bind<(domain: DomainPtr, buffer: Uint8Array) => number>(
  'int virDomainGetUUIDString(void *dom, _Out_ uint8_t *buf)',
);
export const DomainGetXMLDesc = bind<(domain: DomainPtr, flags: number) => string | null>(
  'str! virDomainGetXMLDesc(void *dom, uint flags)',
);
export const ConnectGetAllDomainStats = bind<
  (conn: ConnectPtr, groups: number, records: Out<ArrayPtr | null>, flags: number) => number
>('int virConnectGetAllDomainStats(void *conn, uint stats, _Out_ void **retStats, uint flags)');
export const DomainStatsRecordListFree = bind<(records: ArrayPtr) => void>(
  'void virDomainStatsRecordListFree(void *stats)',
);
export const DomainGetVcpusFlags = domainFlags('virDomainGetVcpusFlags');
export const DomainGetVcpus = bind<
  (domain: DomainPtr, info: Uint8Array, most: number, maps: Uint8Array, mapBytes: number) => number
>('int virDomainGetVcpus(void *dom, _Out_ uint8_t *info, int maxinfo, _Out_ uint8_t *cpumaps, int maplen)');

/** 1: the map is filled; 0: it has no pin of its own. */
export const DomainGetEmulatorPinInfo = bind<
  (domain: DomainPtr, map: Uint8Array, mapBytes: number, flags: number) => number
>('int virDomainGetEmulatorPinInfo(void *dom, _Out_ uint8_t *cpumap, int maplen, uint flags)');

/** From libvirt-qemu: one JSON command to the guest's agent. */
export const DomainQemuAgentCommand = bind<
  (domain: DomainPtr, command: string, timeoutSeconds: number, flags: number) => string | null
>('str! virDomainQemuAgentCommand(void *domain, str cmd, int timeout, uint flags)', libvirtQemu);

export const ConnectNodeDeviceEventRegisterAny = bind<
  (
    conn: ConnectPtr,
    device: null,
    event: number,
    callback: FunctionPtr,
    opaque: null,
    freeOpaque: FunctionPtr,
  ) => number
>('int virConnectNodeDeviceEventRegisterAny(void *conn, void *dev, int event, void *cb, void *opaque, void *freecb)');
/** Local: the handle carries its name. */
export const NodeDeviceGetName = bind<(device: NodeDevicePtr) => string | null>('str virNodeDeviceGetName(void *dev)');

export const memcpy = bind<(target: Uint8Array, source: bigint, length: number) => void>(
  'void *memcpy(_Out_ void *dest, void *src, size_t n)',
  libc,
);
/** A C function that does nothing and may be called with any arguments: for callbacks that C insists on. */
export const nothing = libc.symbol('getpid') as FunctionPtr;

type LifecycleListener = (conn: ConnectPtr, domain: DomainPtr, event: number, detail: number, opaque: null) => number;
type AgentListener = (conn: ConnectPtr, domain: DomainPtr, state: number, reason: number, opaque: null) => void;
type NodeDeviceListener = (
  conn: ConnectPtr,
  device: NodeDevicePtr,
  event: number,
  detail: number,
  opaque: null,
) => void;
type CloseListener = (conn: ConnectPtr, reason: number, opaque: null) => void;

const lifecycleCallback = koffi.proto(
  'int LifecycleCallback(void *conn, void *dom, int event, int detail, void *opaque)',
);
const agentCallback = koffi.proto('void AgentCallback(void *conn, void *dom, int state, int reason, void *opaque)');
const nodeDeviceCallback = koffi.proto(
  'void NodeDeviceCallback(void *conn, void *dev, int event, int detail, void *opaque)',
);
const closeCallback = koffi.proto('void CloseCallback(void *conn, int reason, void *opaque)');

/** Registered for good: libvirt may hold a callback longer than we know, so none is ever unregistered. */
export const lifecycleTrampoline = (listener: LifecycleListener): FunctionPtr =>
  koffi.register(listener, koffi.pointer(lifecycleCallback)) as FunctionPtr;
export const agentTrampoline = (listener: AgentListener): FunctionPtr =>
  koffi.register(listener, koffi.pointer(agentCallback)) as FunctionPtr;
export const nodeDeviceTrampoline = (listener: NodeDeviceListener): FunctionPtr =>
  koffi.register(listener, koffi.pointer(nodeDeviceCallback)) as FunctionPtr;
export const closeTrampoline = (listener: CloseListener): FunctionPtr =>
  koffi.register(listener, koffi.pointer(closeCallback)) as FunctionPtr;

/** The pointers of a C array. */
export const pointersAt = <T extends bigint>(array: ArrayPtr, count: number): T[] =>
  count === 0 ? [] : (koffi.decode(array, 'void *', count) as T[]);
/** Frees what C's malloc gave. */
export const free = (pointer: bigint): void => {
  koffi.free(pointer);
};
/** A NUL-terminated C string that stays C's. */
export const stringAt = (pointer: bigint): string => koffi.decode.string(pointer);
