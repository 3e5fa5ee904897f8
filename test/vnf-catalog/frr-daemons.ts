/** Differences between documents on FRR's own daemons, in namespaces: after each, they are as if started with the whole document. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { hasCompiler, sanitized } from './router-program.js';

export const missingFrr =
  existsSync('/usr/lib/frr/bgpd') && hasCompiler && spawnSync('unshare', ['-n', '-m', 'true']).status === 0
    ? undefined
    : 'no FRR here, no compiler, or no namespaces';

const prologue = (folder: string, daemons: readonly string[]) => `
mount -t tmpfs tmpfs /run; mkdir /run/frr; chown frr:frr /run/frr
ip link set lo up
for link in west east; do ip link add $link type veth peer name peer-$link; ip link set $link up; done
ip addr add 10.1.0.1/24 dev west; ip addr add 10.2.0.1/24 dev east
begin() { for d in zebra ${daemons.join(' ')}; do
  /usr/lib/frr/$d -d -f ${folder}/whole.$1.$d -P 0 --log file:/run/frr/$d.log -i /run/frr/$d.pid; done; }
gone() { n=0; while kill -0 $1 2>/dev/null && [ $n -lt 3000 ]; do n=$((n + 1)); sleep 0.02; done; }
end() { for d in ${daemons.join(' ')} zebra; do
  p=$(cat /run/frr/$d.pid); kill $p; gone $p; rm -f /run/frr/$d.pid; done; }
show() { for d in ${daemons.join(' ')}; do vtysh -d $d -c 'show running-config' > ${folder}/$1.$d; done; }
`;

// What the running configuration says, line by line with the contexts around each; FRR's order is not ours.
function said(file: string): string[] {
  const path: string[] = [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !/^\s*(!|exit|exit-address-family|end)/.test(line))
    .map((line) => {
      const depth = line.search(/\S/);
      path.splice(depth, path.length, line.trim());
      return path.slice(0, depth + 1).join(' > ');
    })
    .sort();
}

/**
 * Runs the daemons with the first document, changes them to each next one, and restarts them with each. `program` renders and
 * takes differences (router-guest.c, upf-guest.c); `folder` can be read by everybody, since FRR's daemons are not root then.
 */
export function followDocuments(
  program: string,
  folder: string,
  daemons: readonly string[],
  documents: readonly object[],
): void {
  const files = documents.map((document, at) => {
    const path = join(folder, `${String(at)}.json`);
    writeFileSync(path, JSON.stringify(document));
    return path;
  });
  const ask = (...words: string[]) => execFileSync(program, words, { encoding: 'utf8', env: sanitized });
  const steps: string[] = [];
  for (const [at, path] of files.entries()) {
    writeFileSync(join(folder, `whole.${String(at)}.zebra`), '');
    for (const daemon of daemons) {
      writeFileSync(join(folder, `whole.${String(at)}.${daemon}`), ask('render', path, daemon));
      if (at === 0) continue;
      const commands = ask('difference', files[at - 1] ?? '', path, daemon);
      const file = join(folder, `difference.${String(at)}.${daemon}`);
      writeFileSync(file, commands);
      if (commands !== '') steps.push(`vtysh -d ${daemon} -f ${file} || { echo in ${String(at)} ${daemon}; exit 1; }`);
    }
    if (at > 0) steps.push(`show live.${String(at)}`);
  }
  const fresh = files.slice(1).map((_, at) => `begin ${String(at + 1)}; show fresh.${String(at + 1)}; end`);
  const script = [prologue(folder, daemons), 'begin 0', ...steps, 'end', ...fresh].join('\n');
  const ran = spawnSync('unshare', ['-n', '-m', '--pid', '--fork', '--kill-child', 'sh', '-ec', script], {
    encoding: 'utf8',
  });
  expect([ran.status, ran.stdout, ran.status === 0 ? '' : ran.stderr.slice(-300)]).toEqual([0, '', '']);
  for (let at = 1; at < documents.length; at++)
    for (const daemon of daemons)
      expect([at, daemon, ...said(join(folder, `live.${String(at)}.${daemon}`))]).toEqual([
        at,
        daemon,
        ...said(join(folder, `fresh.${String(at)}.${daemon}`)),
      ]);
}
