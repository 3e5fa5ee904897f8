/** The UPF's agent: nodes that go, come back late, or take all places. */
import { expect, it } from '@jest/globals';
import { u32, u8 } from '../../vnf-catalog/upf/client/ie.ts';
import { writeMessage } from '../../vnf-catalog/upf/client/message.ts';
import { writeRules } from '../../vnf-catalog/upf/client/rules.ts';
import { basic, type Driver, fSeid, nodeId } from './upf-driver.js';
import { describeCompiled, eachTestHasAnAgent } from './upf-each-test.js';

let upf: Driver;
eachTestHasAnAgent('upf-nodes', (agent) => {
  upf = agent;
});

const sessions = async () => (await upf.status()).gauges['sessions'];

describeCompiled('an association of the UPF', () => {
  it('stays when an older node of its place answers a heartbeat late', async () => {
    const other = '10.4.0.3';
    await upf.associate();
    const [heartbeat] = (await upf.say('wait 60000')).messages;
    if (heartbeat === undefined) throw new Error('no heartbeat');
    await upf.ask('heartbeatRequest', [u32('recoveryTimeStamp', 2)]);
    await upf.associate(other, 7);
    await upf.establish(basic(), other);
    await upf.send(writeMessage('heartbeatResponse', heartbeat.sequence, [u32('recoveryTimeStamp', 2)]));
    expect(await sessions()).toBe(1);
  });

  it('takes the place of a node that is silent and has no sessions when all are taken', async () => {
    for (let node = 2; node < 66; node++) await upf.associate(`10.4.0.${String(node)}`);
    await upf.establish(basic());
    const newer = '10.4.0.100';
    expect((await upf.associate(newer)).cause).toBe(75);
    await upf.say('wait 64000');
    expect((await upf.associate(newer)).cause).toBe(1);
    expect(await sessions()).toBe(1);
    expect((await upf.establish(basic(2), newer)).cause).toBe(1);
  });

  it('counts and says what could not be sent', async () => {
    await upf.associate();
    await upf.say('mute yes');
    await upf.send(writeMessage('heartbeatRequest', upf.next(), [u32('recoveryTimeStamp', 1)]));
    await upf.say('teid 10.3.0.2 0x77');
    await upf.say('mute no');
    const { counters } = await upf.status();
    expect([counters['n4_messages_not_sent'], counters['gtpu_messages_not_sent']]).toEqual([1, 1]);
    expect(upf.stderr).toContain('N4 to 10.4.0.2 could not be sent: Network is unreachable');
    expect(upf.stderr).toContain('GTP-U to 10.3.0.2 could not be sent: Network is unreachable');
  });

  it('is used from the further addresses that the answer to the UPF tells', async () => {
    await upf.say('peers 10.4.0.2');
    const [setup] = (await upf.say('wait 10')).messages;
    if (setup === undefined) throw new Error('no request for an association');
    // Alternative SMF IP Address (8.2.142).
    const alternative = Buffer.from([0, 178, 0, 5, 2, 10, 4, 0, 7]);
    const accepted = [nodeId(), u8('cause', 1), u32('recoveryTimeStamp', 1), alternative];
    await upf.send(writeMessage('associationSetupResponse', setup.sequence, accepted));
    const further = [nodeId(), fSeid(1n, '10.4.0.7'), ...writeRules(basic())];
    expect((await upf.ask('sessionEstablishmentRequest', further, 0n, '10.4.0.7')).cause).toBe(1);
  });

  it('is not made with an SMF that was taken from the configuration while it was asked', async () => {
    await upf.say('peers 10.4.0.2');
    const [setup] = (await upf.say('wait 10')).messages;
    if (setup === undefined) throw new Error('no request for an association');
    await upf.say('peers 10.4.0.3');
    const accepted = [nodeId(), u8('cause', 1), u32('recoveryTimeStamp', 1)];
    await upf.send(writeMessage('associationSetupResponse', setup.sequence, accepted));
    expect((await upf.establish(basic())).cause).toBe(72);
    expect((await upf.say('wait 5000')).answers).toMatchObject([{ message: 'associationSetupRequest' }]);
  });
});
