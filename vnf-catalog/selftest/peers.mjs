// Routing neighbours of a guest, in namespaces of its lab: BIRD, and the host's own FRR with everything it runs in a
// process namespace, so that nothing of it is left.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FRR = '/usr/lib/frr';

export function startBird(lab, side, settings) {
  const file = (ending) => join(lab.folder, `${side}.${ending}`);
  writeFileSync(file('bird.conf'), settings);
  return lab.start(side, ['bird', '-f', '-c', file('bird.conf'), '-s', file('bird.ctl')], `${side}.bird.log`);
}

// `settings` has the configuration of each daemon by its name; zebra runs in any case.
export function startFrr(lab, side, settings) {
  const all = { zebra: '', ...settings };
  const file = (daemon) => join(lab.folder, `${side}.${daemon}.conf`);
  for (const [daemon, lines] of Object.entries(all)) writeFileSync(file(daemon), lines, { mode: 0o644 });
  const script = [
    'mount -t tmpfs tmpfs /run; mkdir /run/frr; chown frr:frr /run/frr',
    // They read their files as another user than the one who owns the lab's folder.
    ...Object.keys(all).map((daemon) => `cat ${file(daemon)} > /run/${daemon}.conf`),
    ...Object.keys(all).map((daemon) => `${FRR}/${daemon} -d -f /run/${daemon}.conf -P 0 -i /run/frr/${daemon}.pid`),
    'exec sleep infinity',
  ];
  const command = ['unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-ec', script.join('\n')];
  return lab.start(side, command, `${side}.frr.log`);
}
