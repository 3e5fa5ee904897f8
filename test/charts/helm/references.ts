/**
 * What manifests of one release say of one another: names, labels and ports that have to match, each with the sentence
 * that says what does not.
 */
import type { Manifest } from './render.js';

interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
}
type Labels = Readonly<Record<string, string>>;
interface Mount {
  readonly name: string;
  readonly mountPath: string;
}
interface PodSpec {
  readonly serviceAccountName: string;
  readonly volumes: readonly ({ readonly name: string } & Readonly<
    Record<string, { readonly name?: string; readonly claimName?: string } | string>
  >)[];
  readonly containers: readonly {
    readonly ports: readonly { readonly name: string }[];
    readonly volumeMounts: readonly Mount[];
  }[];
}

const metadataOf = ({ content }: Manifest): Metadata => content['metadata'] as Metadata;
const specOf = <T>(manifest: Manifest | undefined): T => manifest?.content['spec'] as T;

export function brokenReferences(manifests: readonly Manifest[]): readonly string[] {
  const ofKind = (kind: string): readonly Manifest[] => manifests.filter(({ content }) => content['kind'] === kind);
  const names = (kind: string): readonly string[] => ofKind(kind).map((manifest) => metadataOf(manifest).name);
  const [deployment] = ofKind('Deployment');
  if (deployment === undefined) return ['no Deployment'];
  const { template, selector } = specOf<{
    readonly template: { readonly metadata: { readonly labels: Labels }; readonly spec: PodSpec };
    readonly selector: { readonly matchLabels: Labels };
  }>(deployment);
  const pod = template.spec;
  const broken: string[] = [];
  const must = (holds: boolean, sentence: string): void => {
    if (!holds) broken.push(sentence);
  };
  const selects = (wanted: Labels, labels: Labels): boolean =>
    Object.keys(wanted).length > 0 && Object.entries(wanted).every(([key, value]) => labels[key] === value);
  const podLabels = template.metadata.labels;

  must(selects(selector.matchLabels, podLabels), 'the Deployment does not select its own pods');
  for (const policy of ofKind('PodDisruptionBudget')) {
    const { selector: of } = specOf<{ readonly selector: { readonly matchLabels: Labels } }>(policy);
    must(selects(of.matchLabels, podLabels), 'the PodDisruptionBudget does not select the pods');
  }
  const ports = pod.containers.flatMap((container) => container.ports.map(({ name }) => name));
  for (const policy of ofKind('NetworkPolicy')) {
    const { podSelector, ingress } = specOf<{
      readonly podSelector: { readonly matchLabels: Labels };
      readonly ingress: readonly { readonly ports: readonly { readonly port: string }[] }[];
    }>(policy);
    must(selects(podSelector.matchLabels, podLabels), 'the NetworkPolicy does not select the pods');
    const open = ingress.flatMap((rule) => rule.ports.map(({ port }) => port));
    must(
      open.every((port) => ports.includes(port)),
      `the NetworkPolicy opens ${open.join(', ')}; the pods have ${ports.join(', ')}`,
    );
  }
  const [service] = ofKind('Service');
  const { selector: ofService, ports: servicePorts } = specOf<{
    readonly selector: Labels;
    readonly ports: readonly { readonly name: string; readonly targetPort: string }[];
  }>(service);
  must(selects(ofService, podLabels), 'the Service does not select the pods');
  for (const { targetPort } of servicePorts) must(ports.includes(targetPort), `the pods have no port ${targetPort}`);
  for (const monitor of ofKind('ServiceMonitor')) {
    const { selector: of, endpoints } = specOf<{
      readonly selector: { readonly matchLabels: Labels };
      readonly endpoints: readonly { readonly port: string }[];
    }>(monitor);
    must(
      service !== undefined && selects(of.matchLabels, metadataOf(service).labels),
      'the ServiceMonitor does not select the Service',
    );
    for (const { port } of endpoints) {
      must(
        servicePorts.some(({ name }) => name === port),
        `the Service has no port ${port}`,
      );
    }
  }
  for (const volume of pod.volumes) {
    const { persistentVolumeClaim: claim, configMap } = volume;
    const made = [...names('ConfigMap'), ...names('PersistentVolumeClaim')];
    const named = typeof claim === 'object' ? claim.claimName : typeof configMap === 'object' ? configMap.name : '';
    must(
      named === '' || made.includes(String(named)) || isGiven(String(named)),
      `volume ${volume.name}: there is no ${String(named)}`,
    );
  }
  const mounted = pod.containers.flatMap(({ volumeMounts }) => volumeMounts.map(({ name }) => name));
  const volumes = pod.volumes.map(({ name }) => name);
  for (const name of mounted) must(volumes.includes(name), `there is no volume ${name}`);
  for (const name of volumes) must(mounted.includes(name), `the volume ${name} is mounted nowhere`);
  const accounts = [...names('ServiceAccount'), 'operator'];
  must(accounts.includes(pod.serviceAccountName), `there is no ServiceAccount ${pod.serviceAccountName}`);
  const ids = manifests.map((manifest) => `${String(manifest.content['kind'])} ${metadataOf(manifest).name}`);
  must(new Set(ids).size === ids.length, 'two manifests have one kind and name');
  for (const manifest of manifests) {
    const { namespace, labels } = metadataOf(manifest);
    must(namespace === 'nfv', `${manifest.file}: not in the namespace of the release`);
    must(selects(ofService, labels), `${manifest.file}: lacks the labels of the release`);
  }
  return broken;
}

/** What the value sets of the tests say is there already. */
const isGiven = (name: string): boolean => ['vendors', 'berth-data'].includes(name);
