/**
 * Networks of internal virtual links.
 */
import { nothingToUndo, type StepHandler } from './handler.js';

export const ensureNetwork: StepHandler<'ensure-network'> = {
  async run({ hostId, network, bridge, mtu }, { engine }) {
    await engine(hostId).ensureNetwork({ name: network, bridge, ...(mtu === undefined ? {} : { mtu }) });
    return undefined;
  },
  undo: ({ hostId, network }, { engine }) => engine(hostId).removeNetwork(network),
};

export const removeNetwork: StepHandler<'remove-network'> = {
  async run({ hostId, network }, { engine }) {
    await engine(hostId).removeNetwork(network);
    return undefined;
  },
  undo: nothingToUndo,
};
