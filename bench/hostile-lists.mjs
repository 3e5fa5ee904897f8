/**
 * Lists as they are asked for when many operations are stored: whole, and with every kind of filter. What nothing passes is
 * the dearest: all is looked through.
 */
const occs = '/vnflcm/v2/vnf_lcm_op_occs';
const instances = '/vnflcm/v2/vnf_instances';
const packages = '/vnfpkgm/v2/vnf_packages';
const placements = '/nfvi/v1/placements';

const nothing = 'zzz';
const many = Array.from({ length: 300 }, (_, at) => `${nothing}${at}`).join(',');
const all = [occs, `${occs}?all_fields`, instances, `${instances}?all_fields`, packages, placements, '/nfvi/v1/hosts'];

const filters = (operation) => ({
  [occs]: [
    '(eq,operationState,COMPLETED)',
    '(eq,operationState,FAILED_TEMP)',
    '(neq,operationState,COMPLETED)',
    '(cont,operationState,FAIL)',
    '(neq,operation,MODIFY_INFO)',
    '(in,operationState,STARTING,FAILED);(in,operation,SCALE,MODIFY_INFO)',
    '(gt,startTime,2099-01-01T00:00:00Z)',
    '(gt,startTime,2000-01-01T00:00:00Z);(eq,operationState,FAILED)',
    '(gt,stateEnteredTime,2099-01-01T00:00:00Z)',
    '(eq,isCancelPending,true)',
    `(cont,error/detail,${nothing})`,
    `(cont,operationParams/x,${nothing})`,
    `(eq,resourceChanges/affectedVnfcs/id,${nothing})`,
    `(eq,changedInfo/vnfInstanceName,${nothing})`,
    `(neq,id,${operation});(cont,id,${nothing})`,
    `(in,id,${many})`,
    `(in,vnfInstanceId,${many})`,
    `(cont,id,${nothing});`.repeat(300).slice(0, -1),
  ],
  [instances]: [`(cont,vnfInstanceName,${nothing})`, `(eq,instantiatedVnfInfo/flavourId,${nothing})`],
  [packages]: [`(eq,userDefinedData/a,${nothing})`, `(cont,softwareImages/name,${nothing})`],
  '/vnfpkgm/v2/subscriptions': [`(cont,callbackUri,${nothing})`],
  [placements]: ['(neq,operation,MODIFY_INFO)', '(neq,decision,placed)', `(cont,summary,${nothing})`],
  '/nfvi/v1/hosts': [`(cont,zone,${nothing})`, '(gt,cells/pages/pageSizeKiB,99999999)'],
});

/** Paths with their queries; `operation` is one of those that are stored. */
export const lists = (operation) => [
  ...all,
  ...Object.entries(filters(operation)).flatMap(([path, some]) =>
    some.map((filter) => `${path}?filter=${encodeURIComponent(filter)}`),
  ),
];
