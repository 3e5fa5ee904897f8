/** The tiny VNF twice on two hosts: `west` is a virtual function, `east` a virtio port, in VLANs of one physical network. */
import type { Client } from '../api/door.js';
import { onboardTiny } from './tiny-vnf.js';

const edits: readonly (readonly [string, string])[] = [
  ['0000000000f1', '0000000000f2'],
  ['vnic_type: direct\n        order: 1', 'vnic_type: normal\n        order: 1'],
  ['number_of_instances: 1\n        targets', 'number_of_instances: 2\n        targets'],
  ['max_scale_level: 3', 'max_scale_level: 2'],
];

const apart = `    - apart:
        type: tosca.policies.nfv.AntiAffinityRule
        properties: { scope: nfvi_node }
        targets: [vdu]
`;

/** Onboards it; answers its VNFD's id. */
export const onboardPair = (client: Client): Promise<string> =>
  onboardTiny(client, (vnfd) => {
    let text = vnfd.endsWith('\n') ? vnfd : `${vnfd}\n`;
    for (const [from, to] of edits) {
      if (!text.includes(from)) throw new Error(`tiny-vnf.yaml has no ${JSON.stringify(from)}`);
      text = text.replace(from, to);
    }
    return text + apart;
  });
