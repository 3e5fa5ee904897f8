/**
 * Dockerfile and Compose file against the tree that they name: no container engine is needed to see what they would miss.
 */
import { expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readFileSettings } from '../../src/config/sources.js';

const top = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(top, path), 'utf8');
const compose = join(top, 'charts/compose');

/** What the build context has: `.dockerignore` leaves everything out, and then names what comes back. */
const context = read('.dockerignore')
  .split('\n')
  .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));

test('the image is built of files that are there, all of them in the build context', () => {
  const copied = read('Dockerfile')
    .split('\n')
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(' ').slice(1, -1));
  expect([...new Set(copied)].toSorted()).toEqual(context.toSorted());
  for (const path of copied) expect([path, existsSync(join(top, path))]).toEqual([path, true]);
});

test('chart and image run Berth as the same user', () => {
  const [, user] = /^USER (\d+):\1$/m.exec(read('Dockerfile')) ?? [];
  expect(user).toBe('10001');
  for (const key of ['runAsUser', 'runAsGroup', 'fsGroup']) {
    expect(read('charts/berth/templates/deployment.yaml')).toContain(`${key}: ${String(user)}\n`);
  }
});

interface Service {
  readonly image: string;
  readonly volumes: readonly string[];
  readonly ports: readonly string[];
}
const services = (): readonly (readonly [string, Service])[] =>
  Object.entries(
    (parse(read('charts/compose/compose.yaml')) as { readonly services: Record<string, Service> }).services,
  );

test('every file that Compose mounts is there, and nothing listens beyond loopback', () => {
  expect(services().map(([name]) => name)).toEqual(['berth', 'prometheus', 'alertmanager', 'grafana']);
  for (const [, { image, volumes, ports }] of services()) {
    expect(image).toMatch(/:v?\d+\.\d+\.\d+$/);
    const mounted = volumes.flatMap((volume) => (volume.startsWith('.') ? [volume.split(':')[0] ?? ''] : []));
    for (const path of mounted) expect([path, existsSync(join(compose, path))]).toEqual([path, true]);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  }
});

test('Berth reads the configuration that Compose gives it', () => {
  expect(readFileSettings(read('charts/compose/berth.yaml'), 'berth.yaml')).toMatchObject({ simulated: true });
});
