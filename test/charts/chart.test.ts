/**
 * The Helm chart, rendered over several sets of values and held against the types of Kubernetes, against itself and
 * against Berth: what the chart writes as configuration is what Berth reads.
 */
import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { parse } from 'yaml';
import { readFileSettings } from '../../src/config/sources.js';
import { settingsSchema } from '../../src/config/settings.js';
import { expectDocPart } from '../generated-doc.js';
import { kindOf, wrongFields, wrongValues } from './helm/kubernetes.js';
import { brokenReferences } from './helm/references.js';
import { chartOf, readChart, render, type Chart, type Manifest, type Values } from './helm/render.js';

const top = join(import.meta.dirname, '../..');
const chart = readChart(join(top, 'charts/berth'));
const sets = new Map<string, Values>([['defaults', { insecureListen: true }]]);
for (const file of readdirSync(join(import.meta.dirname, 'values'))) {
  const text = readFileSync(join(import.meta.dirname, 'values', file), 'utf8');
  sets.set(file.replace('.yaml', ''), parse(text) as Values);
}
const withValues = (set: string, of = chart): readonly Manifest[] => render(of, sets.get(set) ?? {}).manifests;
const one = (kind: string, manifests: readonly Manifest[]): Manifest['content'] => {
  const found = manifests.filter(({ content }) => content['kind'] === kind);
  expect(found).toHaveLength(1);
  return found[0]?.content ?? {};
};

/** What a person or a cluster would find wrong, of all sets of values. */
function troubles(of: Chart): readonly string[] {
  try {
    const all = [...sets.keys()].map((set) => withValues(set, of));
    return [...all.flatMap(wrongValues), ...wrongFields(all.flat()), ...all.flatMap(brokenReferences), ...short(all)];
  } catch (error) {
    return [(error as Error).message];
  }
}

/** Rules and dashboards that a rendering lost. */
function short(all: readonly (readonly Manifest[])[]): readonly string[] {
  const files = (pattern: RegExp): number => [...chart.files.keys()].filter((path) => pattern.test(path)).length;
  const monitored = all[[...sets.keys()].indexOf('monitored')] ?? [];
  const rules = monitored.filter(({ content }) => content['kind'] === 'PrometheusRule').length;
  const dashboards = monitored.filter(({ file }) => file === 'templates/dashboards.yaml').length;
  return [
    ...(rules === files(/^rules\/[^/]+\.yaml$/) ? [] : [`${rules} files of rules`]),
    ...(dashboards === files(/^dashboards\/[^/]+\.json$/) ? [] : [`${dashboards} dashboards`]),
  ];
}

test('every set of values makes manifests that Kubernetes and the operator accept', () => {
  expect(sets.size).toBeGreaterThanOrEqual(6);
  expect(troubles(chart)).toEqual([]);
});

test('each kind that the chart can make is made by some set of values', () => {
  const kinds = new Set([...sets.keys()].flatMap((set) => withValues(set).map(kindOf)));
  expect([...kinds].toSorted()).toEqual([
    'apps/v1 Deployment',
    'monitoring.coreos.com/v1 PrometheusRule',
    'monitoring.coreos.com/v1 ServiceMonitor',
    'networking.k8s.io/v1 Ingress',
    'networking.k8s.io/v1 NetworkPolicy',
    'policy/v1 PodDisruptionBudget',
    'v1 ConfigMap',
    'v1 PersistentVolumeClaim',
    'v1 Service',
    'v1 ServiceAccount',
  ]);
});

test.each([...sets.keys()])('Berth reads the configuration that the values "%s" make', (set) => {
  const [configuration] = withValues(set).filter(({ file }) => file === 'templates/configmap.yaml');
  const data = configuration?.content['data'] as Readonly<Record<string, string>>;
  const settings = readFileSettings(data['berth.yaml'] ?? '', 'berth.yaml');
  expect(settings).toMatchObject({ dataDir: '/var/lib/berth', listen: '0.0.0.0:9641', ...configOf(set) });
});
const configOf = (set: string): Values => (sets.get(set)?.['config'] ?? {}) as Values;

test('no pod may gain privileges, write to its root file system or run as root', () => {
  for (const set of sets.keys()) {
    const { template } = one('Deployment', withValues(set))['spec'] as {
      readonly template: { readonly spec: unknown };
    };
    expect(template.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          startupProbe: probeOf(set, '/healthz'),
          livenessProbe: probeOf(set, '/healthz'),
          readinessProbe: probeOf(set, '/readyz'),
          resources: { requests: expect.anything(), limits: { memory: expect.anything() } },
        },
      ],
    });
  }
});

/** The kubelet shows no certificate. */
function probeOf(set: string, path: string): Values {
  const { tls } = (sets.get(set) ?? {}) as { readonly tls?: { readonly clientCa?: unknown } };
  if (tls?.clientCa !== undefined) return { tcpSocket: { port: 'http' } };
  return { httpGet: { path, port: 'http', ...(tls && { scheme: 'HTTPS' }) } };
}

describe('TLS', () => {
  const settingsOf = (values: Values) => {
    const [map] = render(chart, values).manifests.filter(({ file }) => file === 'templates/configmap.yaml');
    return readFileSettings((map?.content['data'] as Record<string, string>)['berth.yaml'] ?? '', 'berth.yaml');
  };

  test('in the pod has the files of its Secret, mounted as a folder so that it is followed', () => {
    const values = { tls: { existingSecret: 'cert', clientCa: { existingSecret: 'clients' } } };
    const { tls, insecureListen } = settingsOf(values);
    expect([tls, insecureListen]).toEqual([
      {
        certificate: '/etc/berth/tls/tls.crt',
        key: '/etc/berth/tls/tls.key',
        clientCa: '/etc/berth/client-ca/ca.crt',
      },
      undefined,
    ]);
    const text = JSON.stringify(render(chart, values).manifests);
    expect(text).toContain('{"name":"tls","mountPath":"/etc/berth/tls","readOnly":true}');
    expect(text).toContain('{"name":"BERTH_TLS_NAME","value":"berth.nfv.svc"}');
  });

  test('that ends at the ingress leaves plain HTTP in the pod, and links that begin with the name of the ingress', () => {
    expect(settingsOf(sets.get('published') ?? {})).toMatchObject({
      insecureListen: true,
      publicUrl: 'https://berth.example',
    });
    const own = { ...sets.get('published'), config: { publicUrl: 'https://nfv.example/berth' } };
    expect(settingsOf(own).publicUrl).toBe('https://nfv.example/berth');
  });

  test('is what Prometheus scrapes with, and shows its certificate for', () => {
    const monitor = one('ServiceMonitor', withValues('monitored'));
    expect(JSON.stringify(monitor)).toContain(
      '"scheme":"https","tlsConfig":{"ca":{"secret":{"name":"berth-tls","key":"ca.crt"}},"serverName":"berth.example","cert":{"secret":{"name":"prometheus-tls","key":"tls.crt"}},"keySecret":{"name":"prometheus-tls","key":"tls.key"}}',
    );
  });
});

test('a change of the configuration makes new pods', () => {
  const checksum = (values: Values): unknown => {
    const { template } = one('Deployment', render(chart, { insecureListen: true, ...values }).manifests)['spec'] as {
      readonly template: { readonly metadata: { readonly annotations: Values } };
    };
    return template.metadata.annotations['checksum/config'];
  };
  expect(checksum({ config: { pageSize: 10 } })).not.toBe(checksum({ config: { pageSize: 20 } }));
});

describe('what cannot work is refused with what to do', () => {
  const replicas = { replicas: 2, postgresql: { existingSecret: 'db' }, token: { existingSecret: 'token' } };
  test.each<readonly [string, Values, RegExp]>([
    ['a pod without TLS', { insecureListen: false }, /set tls\.existingSecret .* or insecureListen to true/],
    ['plain HTTP and TLS', { tls: { existingSecret: 'a' } }, /insecureListen is true and tls\.existingSecret is set/],
    [
      'client certificates without TLS',
      { tls: { clientCa: { existingSecret: 'a' } } },
      /tls\.clientCa\.existingSecret is set without TLS/,
    ],
    [
      'a scrape without the client certificate that is asked for',
      {
        insecureListen: false,
        tls: { existingSecret: 'a', clientCa: { existingSecret: 'b' } },
        serviceMonitor: { enabled: true },
        config: { openMetrics: true },
      },
      /set tls\.client\.existingSecret/,
    ],
    ['replicas on SQLite', { replicas: 2 }, /set postgresql\.existingSecret .* or replicas to 1/],
    [
      'replicas with a token each',
      { replicas: 2, postgresql: { existingSecret: 'db' } },
      /set token\.existingSecret to a Secret/,
    ],
    ['replicas on a volume of one node', replicas, /set persistence\.accessModes to \[ReadWriteMany\]/],
    ['an ingress without TLS', { ingress: { enabled: true, host: 'a.example' } }, /set ingress\.tlsSecret/],
    ['an ingress without a host', { ingress: { enabled: true, tlsSecret: 'tls' } }, /set ingress\.host/],
    [
      'a scrape without token',
      { serviceMonitor: { enabled: true } },
      /set token\.existingSecret .* config\.openMetrics/,
    ],
    [
      'two trust stores',
      { signatures: { trustStore: { existingSecret: 'a', existingConfigMap: 'b' } } },
      /set one of them/,
    ],
    ['a setting that the chart makes', { config: { dataDir: '/data' } }, /config .*: dataDir/],
    ['a setting that is none', { config: { hots: [] } }, /config .*: hots/],
    ['a value that is none', { replica: 3 }, /values .*: replica/],
    ['no replicas', { replicas: 0 }, /replicas must be >= 1/],
    ['a name that Kubernetes does not take', { fullnameOverride: 'Berth_1' }, /fullnameOverride must match pattern/],
  ])('%s', (_, values, sentence) => {
    expect(() => render(chart, { insecureListen: true, ...values })).toThrow(sentence);
  });
});

test('one replica ends before the next begins, several replace one another', () => {
  const strategy = (values: Values): unknown => one('Deployment', render(chart, values).manifests)['spec'];
  expect(strategy({ insecureListen: true, postgresql: { existingSecret: 'db' } })).toMatchObject({
    strategy: { type: 'Recreate' },
  });
  expect(strategy(sets.get('replicas') ?? {})).toMatchObject({ strategy: { type: 'RollingUpdate' } });
});

test('the notes say whom the NetworkPolicy keeps out', () => {
  const notes = (set: string): string => render(chart, sets.get(set) ?? {}).notes;
  expect(notes('published')).toContain('networkPolicy.from');
  for (const set of ['defaults', 'monitored']) expect(notes(set)).not.toContain('networkPolicy.from');
});

test('alerts lead to the runbooks where they are published', () => {
  const rules = JSON.stringify(withValues('monitored').filter(({ content }) => content['kind'] === 'PrometheusRule'));
  expect(rules).toContain('"runbook_url":"https://wiki.example/berth/BerthVnfcDown.md"');
  expect(rules).not.toContain('berth.example/docs');
});

test('the chart is of this version of Berth', () => {
  const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { readonly version: string };
  expect(chart.meta).toMatchObject({ version, appVersion: version });
});

test('the values hold every setting of Berth but those that the chart makes', async () => {
  const made = ['dataDir', 'store', 'listen', 'port', 'tls', 'insecureListen', 'token', 'trustStore'];
  const all = JSON.parse(JSON.stringify(settingsSchema)) as { readonly properties: Values };
  const properties = Object.fromEntries(Object.entries(all.properties).filter(([name]) => !made.includes(name)));
  const file = join(top, 'charts/berth/values.schema.json');
  const schema = JSON.parse(readFileSync(file, 'utf8')) as { properties: { config: unknown } };
  schema.properties.config = { type: 'object', additionalProperties: false, properties };
  const text = await format(JSON.stringify(schema), { parser: 'json', printWidth: 120 });
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('the README of the chart has each value, its default and what it is for', async () => {
  await expectDocPart('charts/berth/README.md', 'values', valuesTable(chart.files.get('values.yaml') ?? ''));
});

/** One row for each line of values.yaml that has a default; comments above it say what it is for. */
function valuesTable(text: string): string {
  const rows: string[] = [];
  const path: string[] = [];
  let comment: string[] = [];
  for (const line of text.split('\n').slice(1)) {
    const [, space = '', rest = ''] = /^( *)(.*)$/.exec(line) ?? [];
    const [, key, value] = /^([a-zA-Z]+):(?: (.*))?$/.exec(rest) ?? [];
    if (rest.startsWith('#')) comment.push(rest.slice(1).trim());
    if (key === undefined) continue;
    path.length = space.length / 2;
    path.push(key);
    const name = path.join('.');
    if (value !== undefined || comment.length > 0) {
      rows.push(`| \`${name}\` | ${value === undefined ? '' : `\`${value}\``} | ${comment.join(' ')} |`);
      comment = [];
    }
  }
  return ['| value | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

describe('a fault in a template is found', () => {
  test.each<readonly [string, string, string, string]>([
    ['a value misspelt', 'deployment.yaml', '.Values.image.repository', '.Values.image.repo'],
    ['a function misspelt', 'service.yaml', 'nindent', 'nident'],
    ['a block without end', 'ingress.yaml', '{{- end }}', ''],
    ['a helper misspelt', 'configmap.yaml', 'berth.labels', 'berth.label'],
    ['a field misspelt', 'deployment.yaml', 'imagePullPolicy:', 'imagePullPolice:'],
    ['a number as text', 'deployment.yaml', 'containerPort: 9641', 'containerPort: "9641"'],
    ['another port', 'service.yaml', 'targetPort: http', 'targetPort: web'],
    ['other labels', 'networkpolicy.yaml', '"berth.selectorLabels"', '"berth.name"'],
    ['a lost namespace', 'service.yaml', '  namespace: {{ .Release.Namespace }}\n', ''],
    ['a wrong indent', 'deployment.yaml', 'nindent 12', 'nindent 2'],
    ['files that are not there', 'dashboards.yaml', 'dashboards/*.json', 'dashboard/*.json'],
    ['a volume that is not there', 'deployment.yaml', '{ name: scratch, mountPath', '{ name: tmp, mountPath'],
  ])('%s', (_, file, from, to) => {
    const text = chart.files.get(`templates/${file}`) ?? '';
    expect(text).toContain(from);
    const changed = new Map(chart.files).set(`templates/${file}`, text.replace(from, to));
    expect(troubles(chartOf(changed))).not.toEqual([]);
  });
});
