/**
 * Networks of internal virtual links.
 */
import { nothingToUndo, type StepHandler } from './handler.js';

export const ensureNetwork: StepHandler<'ensure-network'> = {
  onLostHost: 'refuse',
  async run({ hostId, network, bridge, mtu }, { engine }) {
    await engine(hostId).ensureNetwork({ name: network, bridge, ...(mtu === undefined ? {} : { mtu }) });
    return undefined;
  },
  undo: ({ hostId, network }, { engine }) => engine(hostId).removeNetwork(network),
};

export const removeNetwork: StepHandler<'remove-network'> = {
  onLostHost: ({ network }) => `network ${network} may still be there`,
  async run({ hostId, network }, { engine }) {
    await engine(hostId).removeNetwork(network);
    return undefined;
  },
  undo: nothingToUndo,
};
