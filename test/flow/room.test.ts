/** Room and places on the whole server: what fits is counted, and VNFCs are where planned. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createInstance, instantiation, onboardRouter, operate } from './router.js';
import { startServer, until, type Server } from './server.js';

let server: Server;
let id: string;
beforeAll(async () => {
  server = await startServer();
  const vnfdId = (await onboardRouter(server))['vnfdId'];
  id = await createInstance(server, vnfdId, 'edge');
  await operate(server, id, 'instantiate', instantiation);
});
afterAll(async () => {
  await server.stop();
});

const page = async (): Promise<string> => (await server.ask('/metrics')).text();

const samples = (text: string, name: string): readonly string[] =>
  text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));

test('how many more fit is counted for each flavour, with what ends it, some time after the last change', async () => {
  const isCounted = (now: string) => samples(now, 'berth_vnfd_capacity_instances').length > 0;
  const text = await until(page, isCounted, 'nothing is counted');
  const flavours = samples(text, 'berth_vnfd_capacity_instances');
  expect(flavours.some((line) => line.includes('flavour="simple"'))).toBe(true);
  expect(flavours.every((line) => /product_name="[^"]+",flavour="[^"]+"\} \d+$/.test(line))).toBe(true);
  expect(samples(text, 'berth_vnfd_capacity_limit_info')).not.toEqual([]);
  expect(samples(text, 'berth_vnfd_capacity_timestamp_seconds')).toHaveLength(1);
});

test('a VNFC is shown with the memory of its cells as planned, its cells with what is free in them', async () => {
  const text = await page();
  const planned = samples(text, 'berth_vnfc_memory_planned_bytes');
  expect(planned.filter((line) => line.includes(`vnf_instance_id="${id}"`))).not.toEqual([]);
  for (const name of ['free_cores', 'free_sibling_pairs', 'stranded_cpus', 'stranded_memory_bytes'])
    expect([name, samples(text, `berth_host_${name}`).length > 0]).toEqual([name, true]);
});
