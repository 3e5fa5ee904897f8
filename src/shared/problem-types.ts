/**
 * Every kind of problem that Berth reports, with its status and what the reader should do. `docs/problems.md` is
 * generated from this table and a test holds the two equal. Keys never change once released.
 */
interface ProblemType {
  readonly status: number;
  readonly title: string;
  /** What the reader does next; goes into the documentation. */
  readonly remedy: string;
}

const table = {
  'malformed-request': {
    status: 400,
    title: 'Malformed request',
    remedy: 'Correct the body or query that the detail names; the JSON pointer says where.',
  },
  'unknown-reference': {
    status: 400,
    title: 'Unknown reference in the request',
    remedy: 'Use an id that the VNFD or the instance has; the detail lists those that exist.',
  },
  'api-version-missing': {
    status: 400,
    title: 'Version header missing',
    remedy: 'Send the Version header; GET …/api_versions lists what is served.',
  },
  unauthorized: {
    status: 401,
    title: 'Authentication needed',
    remedy: 'Send `Authorization: Bearer <token>`; the token is in the file named at first start.',
  },
  forbidden: {
    status: 403,
    title: 'The caller lacks the role',
    remedy: 'Ask with a token whose caller has the role that the detail names.',
  },
  'not-found': { status: 404, title: 'Not found', remedy: 'Check the id; the collection lists what exists.' },
  'task-not-supported': {
    status: 404,
    title: 'Operation not supported',
    remedy: 'The VNFD or the kind of operation does not offer this task; see the resource’s _links.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    remedy: 'Use one of the methods in the Allow header.',
  },
  'not-acceptable': { status: 406, title: 'Not acceptable', remedy: 'Ask for a media type or version that is served.' },
  'wrong-state': {
    status: 409,
    title: 'The resource is in another state',
    remedy: 'Read the resource; bring it to the state that the detail names, or wait for the running operation.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request did not arrive in time',
    remedy: 'Send the request at once; see the network between, and docs/limits.md.',
  },
  'host-known': {
    status: 409,
    title: 'The host is known already',
    remedy: 'Change the host that the detail names, or choose another id; one hypervisor is one host (docs/hosts.md).',
  },
  'host-in-use': {
    status: 409,
    title: 'VNFCs use the host',
    remedy: 'Terminate or scale in what the detail names, or remove what was left behind; then repeat the request.',
  },
  'configured-host': {
    status: 409,
    title: 'The host comes from the configuration',
    remedy: 'Change it where the detail says that it comes from, and start Berth again (docs/hosts.md).',
  },
  'too-many-hosts': {
    status: 409,
    title: 'There are as many hosts as may be added by API',
    remedy: 'Remove those that nobody needs, or put hosts into the configuration (docs/limits.md).',
  },
  'precondition-failed': {
    status: 412,
    title: 'The resource has changed',
    remedy: 'Read the resource again and repeat with its new ETag.',
  },
  'payload-too-large': {
    status: 413,
    title: 'Payload too large',
    remedy: 'Send less: the detail names the limit (docs/limits.md).',
  },
  'uri-too-long': {
    status: 414,
    title: 'URI too long',
    remedy: 'Shorten the query or the path: the detail names the limit (docs/limits.md).',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    remedy: 'Send the content type that the detail and the header (Accept-Post, Accept-Patch or Accept) name.',
  },
  'range-not-satisfiable': {
    status: 416,
    title: 'The range lies outside',
    remedy: 'Ask for bytes within the size that Content-Range names.',
  },
  unprocessable: {
    status: 422,
    title: 'The request cannot be processed',
    remedy: 'The detail names what the request refers to and why it cannot be used.',
  },
  'callback-failed': {
    status: 422,
    title: 'The callback of a subscription cannot be used',
    remedy:
      'Make GET on the callbackUri answer 204 to Berth, and its address one that Berth may call (docs/notifications.md); then subscribe again.',
  },
  'too-many-subscriptions': {
    status: 409,
    title: 'The interface has as many subscriptions as it may have',
    remedy: 'Delete those that nobody needs, then subscribe again (docs/limits.md).',
  },
  'package-refused': {
    status: 422,
    title: 'The VNF package is refused',
    remedy: 'Correct every finding of severity error, build the package again, upload it as a new resource.',
  },
  'no-placement': {
    status: 409,
    title: 'No placement found',
    remedy: 'The explanation says per host what is missing; free it, add it, or ask for less.',
  },
  'claim-lost': {
    status: 409,
    title: 'Another operation took the resources first',
    remedy: 'Repeat the request; Berth planned again several times and lost each time.',
  },
  'header-too-large': {
    status: 431,
    title: 'The head of the request is too large',
    remedy: 'Send fewer or shorter headers, or a shorter query.',
  },
  'step-failed': {
    status: 500,
    title: 'A step of the operation failed',
    remedy:
      'Read `cause`, remove what it names, then follow a link in `_links`: …/retry; …/rollback where it is there; …/fail.',
  },
  'operation-cancelled': {
    status: 409,
    title: 'The operation was cancelled',
    remedy:
      'Follow a link in `_links`: …/retry to go on, …/rollback (where it is there) to undo, …/fail to leave things as they are.',
  },
  restored: {
    status: 409,
    title: 'The operation was under way when a backup was taken',
    remedy: 'Compare with the hosts (`berth differences`), then POST …/retry, …/rollback or …/fail.',
  },
  'operation-failed': {
    status: 500,
    title: 'The operation was given up',
    remedy: 'The instance keeps what is real; terminate removes it.',
  },
  'upload-broken': {
    status: 500,
    title: 'The upload did not complete',
    remedy: 'Delete the package resource, create another and upload again.',
  },
  'reading-interrupted': {
    status: 503,
    title: 'The package could not be read yet',
    remedy:
      'Give the machine of Berth more memory or less to do; the package is kept and read again by itself. Delete it to give up.',
  },
  'insufficient-storage': {
    status: 507,
    title: 'No room on the disk of Berth',
    remedy:
      'Free room in the folder or database that the detail names, then repeat the request; a package whose upload failed is deleted and created again.',
  },
  'store-unavailable': {
    status: 503,
    title: 'The database cannot be used now',
    remedy: 'See to the database that the detail names, then repeat the request; Berth goes on by itself.',
  },
  'store-damaged': {
    status: 500,
    title: 'The database is damaged',
    remedy: 'The detail names the file or the record; docs/backup.md says how to bring it back from a backup.',
  },
  overloaded: {
    status: 503,
    title: 'Berth has too much to do at once',
    remedy: 'Repeat the request after the time that Retry-After names, with fewer at once (docs/limits.md).',
  },
  'host-unavailable': {
    status: 503,
    title: 'The host cannot be reached',
    remedy: 'Check libvirt on the host; Berth reconnects by itself.',
  },
  'internal-error': {
    status: 500,
    title: 'Internal error',
    remedy: 'This is a fault in Berth: report it with the log line of the same requestId.',
  },
} as const satisfies Record<string, ProblemType>;

export type ProblemCode = keyof typeof table;

export const problemTypes: Readonly<Record<ProblemCode, ProblemType>> = table;
