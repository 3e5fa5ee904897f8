// The counters and gauges of a VNF: what its indicators.json and that of the whole catalogue list, and whether a status
// of the guest has exactly these.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const catalog = join(import.meta.dirname, '..');
const read = (...path) => JSON.parse(readFileSync(join(catalog, ...path, 'indicators.json'), 'utf8'));

// Each has kind, name, unit and meaning, those of many things the `label`; with `when` it is not always there.
export const indicatorsOf = (vnf) => [...read(vnf), ...read('.')];

export const idOf = ({ kind, label, name }) => [kind, ...(label ? [label] : []), name].join(' ');

// The ids of what a status has: those without a label, and those of each thing that has one.
function printed({ counters, gauges, uptimeSeconds, labelled = {}, labelledGauges = {} }) {
  const idsOf = (kind, numbers) => Object.keys(numbers).map((name) => idOf({ kind, name }));
  const things = (kind, labels) =>
    Object.entries(labels).flatMap(([label, all]) =>
      Object.entries(all).map(([of, numbers]) => ({
        kind,
        label,
        of,
        ids: Object.keys(numbers).map((name) => idOf({ kind, label, name })),
      })),
    );
  return {
    plain: [...idsOf('counter', counters), ...idsOf('gauge', { ...gauges, uptimeSeconds })],
    things: [...things('labelled counter', labelled), ...things('labelled gauge', labelledGauges)],
  };
}

const sameThing = (thing) => (each) => each.kind === thing.kind && each.label === thing.label;

// Fails unless the status has nothing that is not listed, and all that is listed without `when`. Answers what is listed and
// not there: it depends on the document, or on whether there is a pair.
export function checkIndicators(vnf, status) {
  const listed = indicatorsOf(vnf);
  const { plain, things } = printed(status);
  const found = new Set([...plain, ...things.flatMap(({ ids }) => ids)]);
  const known = new Set(listed.map(idOf));
  const unlisted = [...found].filter((id) => !known.has(id));
  assert.deepEqual(unlisted, [], `vnf-catalog/${vnf}/indicators.json does not list what the status has`);
  const owed = listed.filter(({ label, when }) => !when && !label).filter((each) => !found.has(idOf(each)));
  assert.deepEqual(owed.map(idOf), [], `the status lacks what the indicators.json of ${vnf} or of all VNFs lists`);
  for (const thing of things) {
    const due = listed.filter(sameThing(thing)).filter(({ when }) => !when);
    const lacking = due.map(idOf).filter((id) => !thing.ids.includes(id));
    assert.deepEqual(
      lacking,
      [],
      `the status lacks numbers of ${thing.label} ${thing.of} that ${vnf}/indicators.json lists`,
    );
  }
  return listed.filter((each) => !found.has(idOf(each)));
}

function expectAllOf(folder, vnf, status) {
  const wanted = new Set(read(folder).map(idOf));
  const missing = checkIndicators(vnf, status)
    .map(idOf)
    .filter((id) => wanted.has(id));
  assert.deepEqual(
    missing,
    [],
    `the status lacks numbers that ${join('vnf-catalog', folder, 'indicators.json')} lists`,
  );
}

// Fails unless the status also has everything that this VNF's own list has, each number with a label at least once.
export const expectAllOwn = (vnf, status) => expectAllOf(vnf, vnf, status);

// The same of what is listed for all VNFs: the guest is one of a pair.
export const expectAllCommon = (vnf, status) => expectAllOf('.', vnf, status);
