/**
 * Manifests held against the types of Kubernetes and of the Prometheus operator: values by the schemas of their CRDs
 * and APIs, names of fields by the compiler, which refuses a field that a type does not have.
 */
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { PersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { join } from 'node:path';
import ts from 'typescript';
import type { Manifest } from './render.js';

interface Model {
  validate(): void;
}
type ModelClass = new (content: never) => Model;

const operator = '@kubernetes-models/prometheus-operator';
const kinds: Readonly<Record<string, readonly [ModelClass, module: string]>> = {
  'apps/v1 Deployment': [Deployment, 'kubernetes-models/apps/v1/Deployment'],
  'v1 ConfigMap': [ConfigMap, 'kubernetes-models/v1/ConfigMap'],
  'v1 PersistentVolumeClaim': [PersistentVolumeClaim, 'kubernetes-models/v1/PersistentVolumeClaim'],
  'v1 Service': [Service, 'kubernetes-models/v1/Service'],
  'v1 ServiceAccount': [ServiceAccount, 'kubernetes-models/v1/ServiceAccount'],
  'networking.k8s.io/v1 Ingress': [Ingress, 'kubernetes-models/networking.k8s.io/v1/Ingress'],
  'networking.k8s.io/v1 NetworkPolicy': [NetworkPolicy, 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'],
  'policy/v1 PodDisruptionBudget': [PodDisruptionBudget, 'kubernetes-models/policy/v1/PodDisruptionBudget'],
  'monitoring.coreos.com/v1 ServiceMonitor': [ServiceMonitor, `${operator}/monitoring.coreos.com/v1/ServiceMonitor`],
  'monitoring.coreos.com/v1 PrometheusRule': [PrometheusRule, `${operator}/monitoring.coreos.com/v1/PrometheusRule`],
};

export const kindOf = ({ content }: Manifest): string => `${String(content['apiVersion'])} ${String(content['kind'])}`;

/** What is wrong with the values, and with names of kinds. */
export function wrongValues(manifests: readonly Manifest[]): readonly string[] {
  return manifests.flatMap((manifest) => {
    const [model] = kinds[kindOf(manifest)] ?? [];
    if (model === undefined) return [`${manifest.file}: unknown kind ${kindOf(manifest)}`];
    try {
      new model(manifest.content as never).validate();
      return [];
    } catch (error) {
      return [`${manifest.file}: ${(error as Error).message}`];
    }
  });
}

const top = join(import.meta.dirname, '../../..');
const rendered = join(top, 'test/charts/rendered-manifests.ts');

/** Fields that the types do not have, of all manifests in one run of the compiler. */
export function wrongFields(manifests: readonly Manifest[]): readonly string[] {
  const lines = manifests.map((manifest, at) => {
    const [model, module = ''] = kinds[kindOf(manifest)] ?? [];
    const type = `import('${module}').I${model?.name ?? ''}`;
    return `export const m${at}: ${type} = ${JSON.stringify(manifest.content)};`;
  });
  const text = lines.join('\n');
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2024,
  };
  const host = ts.createCompilerHost(options);
  const underlying = { ...host };
  host.fileExists = (file) => file === rendered || underlying.fileExists(file);
  host.readFile = (file) => (file === rendered ? text : underlying.readFile(file));
  host.getSourceFile = (file, version, ...rest) =>
    file === rendered ? ts.createSourceFile(file, text, version) : underlying.getSourceFile(file, version, ...rest);
  const program = ts.createProgram([rendered], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ start = 0, messageText }) => {
    const manifest = manifests[text.slice(0, start).split('\n').length - 1];
    return `${manifest?.file ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}
