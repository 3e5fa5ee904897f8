/**
 * What dashboards tell somebody to do: each command is one that the program takes. And the files with which a stock
 * Grafana finds the dashboards.
 */
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { commandsIn, complaintOf } from '../rules/runbook-commands.js';
import { dashboards, panelsOf } from './reading.ts';

/** Of a text panel between back ticks, of a description at its end: `… Run: berth audit`. */
function commandsOf(description: string, content: string): readonly string[] {
  const [, last] = /: (berth [a-zA-Z -]+)\.?$/.exec(description) ?? [];
  return [...commandsIn(content), ...(last === undefined ? [] : [last])];
}

const commands = dashboards.flatMap((dashboard) =>
  panelsOf(dashboard).flatMap(({ title = '', description = '', options }) => {
    const { content = '' } = (options ?? {}) as { readonly content?: string };
    return commandsOf(description, content).map((command) => ({ title, command }));
  }),
);

describe('Commands on dashboards', () => {
  test('are there, and are taken by the program', () => {
    expect(commands.length).toBeGreaterThan(20);
    expect(commands.filter(({ command }) => complaintOf(command) !== undefined)).toEqual([]);
  });
});

const yaml = (path: string): unknown => parse(readFileSync(path, 'utf8'));

describe('A stock Grafana', () => {
  test('finds the dashboards where Compose mounts them, and a Prometheus', () => {
    const { services } = yaml('charts/compose/compose.yaml') as {
      readonly services: { readonly grafana: { readonly volumes: readonly string[] } };
    };
    const { providers } = yaml('charts/berth/provisioning/dashboards/berth.yaml') as {
      readonly providers: readonly { readonly type: string; readonly options: { readonly path: string } }[];
    };
    expect(providers).toEqual([expect.objectContaining({ type: 'file' })]);
    expect(services.grafana.volumes).toContain(`../berth/dashboards:${String(providers[0]?.options.path)}:ro`);
    expect(services.grafana.volumes).toContain('../berth/provisioning:/etc/grafana/provisioning:ro');
    expect(yaml('charts/berth/provisioning/datasources/prometheus.yaml')).toMatchObject({
      datasources: [{ type: 'prometheus' }],
    });
  });
});
