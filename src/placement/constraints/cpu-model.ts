/**
 * CPU model and features that the guest must see: the host's own model, or one that its domain capabilities offer.
 */
import { met, type KindConstraint } from './constraint.js';

export const cpuModel: KindConstraint = {
  name: 'cpu-model',
  refuse: ({ demand }, { facts }) => {
    const { cpuModel: model, cpuFeatures } = demand;
    if (model !== undefined && model !== facts.cpuModel && !facts.capabilities.includes(`cpu-model=${model}`)) {
      return [`cannot offer CPU model ${model}; its own is ${facts.cpuModel}`];
    }
    const missing = cpuFeatures.filter((feature) => !facts.cpuFeatures.includes(feature));
    return missing.length === 0 ? met : [`lacks CPU feature ${missing.join(', ')}`];
  },
};
