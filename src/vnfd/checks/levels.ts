/**
 * Instantiation levels: what they name exists, levels lie within aspects, and the two ways to say how many instances a
 * VDU has agree.
 */
import type { Finding, Place } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import type { FlavourSource } from '../flavour-source.js';
import { instancesAt, scales } from '../instance-count.js';
import { perhaps } from '../../shared/suggest.js';
import { child, entriesOf, textOf } from '../../tosca/tree.js';
import type { Flavour, InstantiationLevel, Vdu } from '../model.js';
import { policiesOf } from '../roles.js';

export const checkLevels = (source: FlavourSource, flavour: Flavour): readonly Finding[] => [
  ...checkDefault(source, flavour),
  ...checkNamed(source, flavour),
  ...checkComplete(source, flavour),
  ...flavour.levels.flatMap((level) => [
    ...checkScaleInfo(level, source, flavour),
    ...flavour.vdus.flatMap((vdu) => checkInstances(level, vdu, source, flavour)),
  ]),
];

function checkDefault(source: FlavourSource, flavour: Flavour): readonly Finding[] {
  return policiesOf(source.policies, 'levels').flatMap((policy) => {
    const value = child(policy.properties, 'default_level');
    const name = textOf(value);
    if (name === undefined) {
      if (flavour.levels.length <= 1) return [];
      return [found('VNFD-LEVEL-DEFAULT-MISSING', policy.at, `\`${policy.id}\` has several levels and no default.`)];
    }
    if (flavour.levels.some(({ id }) => id === name)) return [];
    return [
      found(
        'VNFD-LEVEL-UNKNOWN',
        value?.at ?? policy.at,
        `The default level \`${name}\` is not defined${perhaps(
          name,
          flavour.levels.map(({ id }) => id),
        )}.`,
      ),
    ];
  });
}

/** Levels of VduInstantiationLevels stand in InstantiationLevels. */
function checkNamed(source: FlavourSource, flavour: Flavour): readonly Finding[] {
  const known = new Set(flavour.levels.map(({ id }) => id));
  return policiesOf(source.policies, 'vdu-levels').flatMap((policy) =>
    entriesOf(child(policy.properties, 'levels'))
      .filter(([id]) => !known.has(id))
      .map(([id, { at }]) =>
        found(
          'VNFD-LEVEL-UNKNOWN',
          at,
          `\`${policy.id}\` names the level \`${id}\`, which is not defined${perhaps(id, known)}.`,
        ),
      ),
  );
}

/** A VDU with levels has a number for each. */
const checkComplete = (source: FlavourSource, flavour: Flavour): readonly Finding[] =>
  policiesOf(source.policies, 'vdu-levels').flatMap((policy) => {
    const levels = child(policy.properties, 'levels');
    return flavour.levels
      .filter(({ id }) => child(levels, id) === undefined)
      .map(({ id }) => {
        const message = `\`${policy.id}\` says nothing of the level \`${id}\`.`;
        return found('VNFD-LEVEL-INCOMPLETE', levels?.at ?? policy.at, message);
      });
  });

function checkScaleInfo(level: InstantiationLevel, source: FlavourSource, flavour: Flavour): readonly Finding[] {
  return Object.entries(level.scaleLevels).flatMap(([aspectId, scaleLevel]) => {
    const at = placeOf(level, source, aspectId);
    const aspect = flavour.aspects.find(({ id }) => id === aspectId);
    if (aspect === undefined) {
      return [found('VNFD-ASPECT-UNKNOWN', at, `The level \`${level.id}\` names the aspect \`${aspectId}\`.`)];
    }
    if (scaleLevel <= aspect.maxScaleLevel) return [];
    const message = `The level \`${level.id}\` puts \`${aspectId}\` at ${scaleLevel}; it goes to ${aspect.maxScaleLevel}.`;
    return [found('VNFD-LEVEL-SCALE-BOUNDS', at, message)];
  });
}

function checkInstances(
  level: InstantiationLevel,
  vdu: Vdu,
  source: FlavourSource,
  flavour: Flavour,
): readonly Finding[] {
  const said = level.vduInstances[vdu.id];
  if (said === undefined) return [];
  const at = placeOf(level, source);
  const counted = scales(flavour, vdu) ? instancesAt(flavour, vdu, level.scaleLevels) : said;
  if (counted !== said) {
    const message = `The level \`${level.id}\` gives \`${vdu.id}\` ${said} instances; its scale_info gives ${counted}.`;
    return [found('VNFD-LEVEL-DISAGREES', at, message)];
  }
  if (said >= vdu.minInstances && said <= vdu.maxInstances) return [];
  const range = `${vdu.minInstances} to ${vdu.maxInstances}`;
  const message = `The level \`${level.id}\` gives \`${vdu.id}\` ${said} instances; its profile permits ${range}.`;
  return [found('VNFD-LEVEL-BOUNDS', at, message)];
}

function placeOf(level: InstantiationLevel, source: FlavourSource, aspectId?: string): Place {
  const keys = aspectId === undefined ? [] : ['scale_info', aspectId];
  const found = policiesOf(source.policies, 'levels').map((policy) =>
    child(policy.properties, 'levels', level.id, ...keys),
  );
  return found.find((node) => node !== undefined)?.at ?? source.at;
}
