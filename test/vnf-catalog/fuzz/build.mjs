// Builds a fuzzer of the guest program's parsers and its dictionary: build.mjs NAME FOLDER
// Run it as FOLDER/NAME -dict=FOLDER/NAME.dict CORPUS (libFuzzer); test/vnf-catalog/fuzz.test.ts does so for a short while.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const top = join(import.meta.dirname, '../../..');
const named = (folder, names) => names.map((name) => join(top, 'vnf-catalog', folder, `${name}.c`));
const documents = named('guest', [
  ...['json', 'reason', 'address', 'files', 'document-checks', 'links', 'network', 'routes', 'netlink'],
  ...['static-routes', 'vlans', 'ha', 'sha256'],
]);
const routing = named('frr', [
  ...['routing', 'bgp-document', 'ospf-document', 'policy-document', 'frr-render', 'render-bgp', 'render-ospf'],
  'frr-difference',
]);
const kernel = ['addresses', 'link-control', 'links-apply', 'modules', 'vlans-apply', 'volume'];

const agent = ['numbers', 'pfcp', 'pfcp-write', 'rules-parse', 'rules-parse-pdr', 'rules-parse-far', 'rules-parse-qos'];
const codec = named('upf/agent', [...agent, 'rules-parse-urr', 'sdf', 'gtpu']);
const upf = { includes: ['upf/agent', 'upf/datapath'], sources: codec };
// The agent without what belongs to its process: sockets, the kernel's routes, the document, the status.
export const ofProcess = ['upfd', 'sockets', 'ue-routes', 'link-rules', 'configure', 'control', 'status', 'trace'];
const wholeAgent = readdirSync(join(top, 'vnf-catalog/upf/agent'))
  .filter((file) => file.endsWith('.c'))
  .map((file) => file.slice(0, -2))
  .filter((name) => !ofProcess.includes(name));

export const fuzzers = {
  'router-document': {
    includes: ['router/guest', 'frr'],
    sources: [...documents, ...named('router/guest', ['document']), ...routing],
  },
  'firewall-document': {
    includes: ['firewall/guest'],
    sources: [
      ...documents,
      ...named('firewall/guest', ['alternatives', 'document', 'nat', 'objects', 'ranges', 'render', 'render-base']),
      ...named('firewall/guest', [
        'render-nat',
        'render-offload',
        'render-peer',
        'render-places',
        'rules',
        'shadow',
        'values',
      ]),
    ],
  },
  'upf-document': {
    includes: ['upf/guest', 'frr'],
    sources: [
      ...documents,
      ...named('upf/guest', ['document', 'interfaces-document', 'n4-document', 'bgp']),
      ...routing,
    ],
  },
  volume: { includes: [], sources: [...documents, ...named('guest', kernel)] },
  netlink: {
    includes: ['firewall/guest'],
    sources: [join(import.meta.dirname, 'netlink-counters.c'), ...documents, ...named('guest', kernel)],
  },
  'upf-pfcp': upf,
  'upf-sdf': upf,
  'upf-gtpu': upf,
  'upf-sessions': {
    includes: upf.includes,
    sources: [
      ...['upf-path.c', 'upf-script.c'].map((file) => join(import.meta.dirname, file)),
      ...named('upf/agent', wholeAgent),
      ...named('guest', ['reason']),
    ],
    ownsMemory: true,
  },
};

// Every short string in the sources is a word that a parser may look for.
function dictionaryOf(sources) {
  const words = sources.flatMap((file) => readFileSync(file, 'utf8').match(/"[\w./:@-]{1,30}"/g) ?? []);
  return [...new Set(words)].map((word) => `"\\"${word.slice(1, -1)}\\""\n`).join('');
}

export function buildFuzzer(name, folder) {
  const { includes, sources, ownsMemory } = fuzzers[name];
  const here = import.meta.dirname;
  const flags = ['-std=gnu11', '-g', '-O1', '-fsanitize=fuzzer,address,undefined', '-fno-sanitize-recover=undefined'];
  const headers = ['guest', ...includes].map((each) => `-I${join(top, 'vnf-catalog', each)}`);
  const kept = [join(here, `${name}.c`), ...sources];
  execFileSync('clang', [...flags, '-c', join(here, 'arena.c'), '-o', join(folder, 'arena.o')]);
  // Parsers of documents leave their memory to the end of the program; what frees its own is seen to leak when it does not.
  const arena = ownsMemory ? [] : ['-include', join(here, 'arena.h'), join(folder, 'arena.o')];
  execFileSync('clang', [...flags, ...headers, '-D_GNU_SOURCE', ...arena, ...kept, '-o', join(folder, name)]);
  writeFileSync(join(folder, `${name}.dict`), dictionaryOf(sources));
  return join(folder, name);
}

const [, script, name, folder] = process.argv;
if (script === import.meta.filename) {
  if (!(name in fuzzers) || folder === undefined) {
    console.error(`usage: build.mjs ${Object.keys(fuzzers).join('|')} FOLDER`);
    process.exit(2);
  }
  console.log(buildFuzzer(name, folder));
}
