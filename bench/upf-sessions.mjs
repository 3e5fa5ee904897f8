/**
 * An SMF that establishes many sessions as fast as the UPF answers; for upf.bench.mjs, in the namespace of the SMF:
 *   upf-sessions.mjs LOCAL PEER GNB FIRST COUNT TEIDS
 * Sessions FIRST to FIRST + COUNT - 1, each of a UE with that place after 10.64.0.1; TEIDS, a file, gets the TEID
 * of each session, appended. Prints { seconds, sessions, again } where `again` counts requests that had to be sent once more.
 */
import { createSocket } from 'node:dgram';
import { appendFileSync } from 'node:fs';
import { addressBytes, addressText } from '../vnf-catalog/upf/client/address.ts';
import { ie, u32 } from '../vnf-catalog/upf/client/ie.ts';
import { readMessage, writeMessage } from '../vnf-catalog/upf/client/message.ts';
import { readAnswer } from '../vnf-catalog/upf/client/reading.ts';
import { writeRules } from '../vnf-catalog/upf/client/rules.ts';

const [local, peer, gnb, first, count, file] = process.argv.slice(2);
const port = 8805;
const inFlight = 32;
const waitMs = 1000;
const mostTries = 10;
const firstUe = 0x0a400001;
const associated = 1;

const socket = createSocket('udp4');
const waiting = new Map();
let again = 0;

const ueOf = (number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(firstUe + number);
  return addressText(bytes);
};

const rulesOf = (number) => ({
  createPdrs: [
    {
      ...{ id: 1, precedence: 100, source: 'access', instance: 'access', tunnel: { choose: true }, removal: 0 },
      ...{ ue: { v4: ueOf(number) }, far: 1, qers: [1] },
    },
    { id: 2, precedence: 100, source: 'core', instance: 'internet', ue: { v4: ueOf(number) }, far: 2, qers: [1] },
  ],
  createFars: [
    { id: 1, actions: ['forward'], destination: 'core', instance: 'internet' },
    {
      ...{ id: 2, actions: ['forward'], destination: 'access', instance: 'access' },
      tunnel: { teid: number + 1, address: gnb },
    },
  ],
  createQers: [{ id: 1, qfi: 9 }],
});

const nodeId = ie('nodeId', [Buffer.from([0]), addressBytes(local)]);

function fSeid(number) {
  const head = Buffer.alloc(9);
  head[0] = 2;
  head.writeBigUInt64BE(BigInt(number + 1), 1);
  return ie('fSeid', [head, addressBytes(local)]);
}

/** The answer, after as many tries as it takes. */
function ask(name, sequence, parts, seid) {
  const bytes = writeMessage(name, sequence, parts, seid);
  return new Promise((resolve, reject) => {
    let tries = 0;
    const send = () => {
      if (tries++ === mostTries) return reject(new Error(`no answer to ${name} ${sequence}`));
      if (tries > 1) again++;
      waiting.get(sequence).timer = setTimeout(send, waitMs);
      socket.send(bytes, port, peer);
    };
    waiting.set(sequence, { resolve });
    send();
  });
}

socket.on('message', (bytes, from) => {
  const message = readMessage(bytes);
  if (message.name === 'heartbeatRequest')
    return socket.send(
      writeMessage('heartbeatResponse', message.sequence, [u32('recoveryTimeStamp', associated)]),
      from.port,
      from.address,
    );
  const asked = waiting.get(message.sequence);
  if (!asked) return;
  waiting.delete(message.sequence);
  clearTimeout(asked.timer);
  asked.resolve(readAnswer(message));
});

function accepted(answer, what) {
  if (answer.cause !== 1) throw new Error(`${what}: cause ${answer.cause}, IE ${answer.offendingIe}`);
  return answer;
}

async function establish(number, teids) {
  const parts = [nodeId, fSeid(number), ...writeRules(rulesOf(number))];
  const answer = accepted(
    await ask('sessionEstablishmentRequest', number + 2, parts, 0n),
    `the session of ${ueOf(number)}`,
  );
  const tunnel = answer.created.find((pdr) => pdr.tunnel !== undefined)?.tunnel;
  teids.writeUInt32BE(tunnel.teid, (number - Number(first)) * 4);
}

await new Promise((resolve) => socket.bind(port, local, resolve));
if (Number(first) === 0) {
  const association = [nodeId, u32('recoveryTimeStamp', associated)];
  accepted(await ask('associationSetupRequest', 1, association), 'the association');
}
const teids = Buffer.alloc(Number(count) * 4);
const begun = performance.now();
let next = Number(first);
const end = next + Number(count);
await Promise.all(
  Array.from({ length: inFlight }, async () => {
    while (next < end) await establish(next++, teids);
  }),
);
const seconds = (performance.now() - begun) / 1000;
appendFileSync(file, teids);
console.log(JSON.stringify({ seconds, sessions: Number(count), again }));
socket.close();
