/**
 * What each fuzzer is linked with, without building it: a source whose header another one includes is there too. A new file of
 * the UPF's agent that needs sockets, netlink or the document is told here, and not by a linker: it belongs to `ofProcess`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from '@jest/globals';
import { type Fuzzer, fuzzers, ofProcess } from './fuzz/build.mjs';

// Of the data path fuzz/upf-path.c takes the place, of frr.h only numbers and names are used.
const notNeeded = ['vnf-catalog/upf/datapath/datapath.c', 'vnf-catalog/frr/frr.c'];

const included = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^#include "([\w-]+)\.h"$/gm)].map(([, name = '']) => name);

/** Sources beside the headers that a source includes, which are linked nowhere. */
function missingOf({ includes, sources }: Fuzzer): string[] {
  const folders = [...includes, 'guest'].map((each) => join('vnf-catalog', each));
  const linked = new Set(sources.map((file) => basename(file)));
  return sources.flatMap((file) =>
    included(file)
      .flatMap((name) =>
        folders
          .map((folder) => join(folder, `${name}.c`))
          .filter((each) => existsSync(each))
          .slice(0, 1),
      )
      .filter((each) => !linked.has(basename(each)) && !notNeeded.includes(each))
      .map((each) => `${basename(file)} needs ${each}`),
  );
}

it.each(Object.entries(fuzzers))('the fuzzer %s is linked with all that its sources need', (_name, fuzzer) => {
  expect(missingOf(fuzzer)).toEqual([]);
});

it('leaves out of the agent only what is there', () => {
  expect(ofProcess.filter((name) => !existsSync(`vnf-catalog/upf/agent/${name}.c`))).toEqual([]);
});
