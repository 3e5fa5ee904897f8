/**
 * One violation of every import rule. `in` is the file that breaks it and `imports` what it must not import; both are
 * made up and stand under src/. A name without `.ts` is a library or a Node module.
 */
export interface ImportViolation {
  readonly rule: string;
  readonly in: string;
  readonly imports: readonly string[];
  /** What else has to stand there for the violation to be one. */
  readonly beside?: Readonly<Record<string, string>>;
}

export const violations: readonly ImportViolation[] = [
  { rule: 'shared-imports-nothing', in: 'shared/a.ts', imports: ['inventory/target.ts'] },
  { rule: 'core-knows-only-core', in: 'placement/a.ts', imports: ['engine/engine.ts'] },
  { rule: 'core-knows-only-core', in: 'lifecycle/a.ts', imports: ['workflow/target.ts'] },
  { rule: 'ports-speak-core', in: 'store/store.ts', imports: ['store/kysely/target.ts'] },
  { rule: 'ports-speak-core', in: 'engine/engines.ts', imports: ['workflow/target.ts'] },
  { rule: 'workflow-behind-ports', in: 'workflow/a.ts', imports: ['engine/libvirt/target.ts'] },
  { rule: 'workflow-behind-ports', in: 'workflow/b.ts', imports: ['api/target.ts'] },
  { rule: 'api-is-a-door', in: 'api/a.ts', imports: ['workflow/target.ts'] },
  { rule: 'api-is-a-door', in: 'api/b.ts', imports: ['store/kysely/target.ts'] },
  { rule: 'cli-is-a-client', in: 'cli/a.ts', imports: ['lifecycle/target.ts'] },
  { rule: 'cli-is-a-client', in: 'cli/c.ts', imports: ['author/target.ts'] },
  { rule: 'author-reads-as-onboarding-does', in: 'author/a.ts', imports: ['store/kysely/target.ts'] },
  { rule: 'author-reads-as-onboarding-does', in: 'author/b.ts', imports: ['cli/target.ts'] },
  { rule: 'forked-binds-the-clock', in: 'engine/libvirt/child/main.ts', imports: ['store/target.ts'] },
  { rule: 'lab-is-a-machine', in: 'lab/a.ts', imports: ['engine/libvirt/target.ts'] },

  { rule: 'path-order-tosca', in: 'tosca/a.ts', imports: ['vnfd/target.ts'] },
  { rule: 'path-order-vnfd', in: 'vnfd/a.ts', imports: ['package/target.ts'] },
  { rule: 'path-order-package', in: 'package/a.ts', imports: ['inventory/target.ts'] },
  { rule: 'path-order-inventory', in: 'inventory/a.ts', imports: ['lifecycle/target.ts'] },
  { rule: 'path-order-lifecycle', in: 'lifecycle/b.ts', imports: ['placement/target.ts'] },
  { rule: 'path-order-placement', in: 'placement/b.ts', imports: ['libvirt-xml/target.ts'] },
  { rule: 'path-order-day0', in: 'day0/a.ts', imports: ['libvirt-xml/target.ts'] },
  { rule: 'path-order-libvirt-xml', in: 'libvirt-xml/a.ts', imports: ['subscription/target.ts'] },

  { rule: 'adapter-alone-engine-libvirt', in: 'engine/libvirt/a.ts', imports: ['engine/simulated/target.ts'] },
  { rule: 'adapter-alone-engine-simulated', in: 'engine/simulated/a.ts', imports: ['store/kysely/target.ts'] },
  { rule: 'adapter-alone-store-kysely', in: 'store/kysely/a.ts', imports: ['artifacts/target.ts'] },
  { rule: 'adapter-alone-notify', in: 'notify/a.ts', imports: ['workflow/target.ts'] },
  { rule: 'adapter-alone-artifacts', in: 'artifacts/a.ts', imports: ['api/target.ts'] },
  { rule: 'adapter-alone-telemetry', in: 'telemetry/a.ts', imports: ['engine/libvirt/target.ts'] },

  { rule: 'home-of-koffi', in: 'engine/simulated/b.ts', imports: ['koffi'] },
  { rule: 'home-of-database', in: 'artifacts/b.ts', imports: ['kysely'] },
  { rule: 'home-of-database', in: 'telemetry/b.ts', imports: ['better-sqlite3'] },
  { rule: 'home-of-prom-client', in: 'api/c.ts', imports: ['prom-client'] },
  { rule: 'home-of-nest', in: 'notify/b.ts', imports: ['@nestjs/common'] },
  { rule: 'home-of-certificates', in: 'artifacts/pki.ts', imports: ['pkijs'] },
  { rule: 'home-of-zip', in: 'api/d.ts', imports: ['yauzl'] },
  { rule: 'home-of-yaml', in: 'vnfd/b.ts', imports: ['yaml'] },
  { rule: 'home-of-xml-reader', in: 'libvirt-xml/domain.ts', imports: ['fast-xml-parser'] },
  { rule: 'home-of-validation', in: 'store/kysely/b.ts', imports: ['ajv'] },
  { rule: 'home-of-commander', in: 'config/a.ts', imports: ['commander'] },
  { rule: 'home-of-logging', in: 'notify/c.ts', imports: ['pino'] },

  { rule: 'core-without-libraries', in: 'placement/c.ts', imports: ['node:fs'] },
  { rule: 'core-without-libraries', in: 'lifecycle/c.ts', imports: ['rxjs'] },
  { rule: 'readers-without-node', in: 'tosca/read-yaml.ts', imports: ['node:fs'] },
  { rule: 'ports-without-libraries', in: 'notify/notify.ts', imports: ['node:http'] },
  { rule: 'workflow-without-libraries', in: 'workflow/c.ts', imports: ['node:child_process'] },

  { rule: 'root-is-imported-by-nobody', in: 'api/e.ts', imports: ['config/target.ts'] },
  {
    rule: 'no-cycles',
    in: 'lifecycle/d.ts',
    imports: ['lifecycle/e.ts'],
    beside: { 'lifecycle/e.ts': "import './d.js';\n" },
  },
  { rule: 'no-orphans', in: 'inventory/b.ts', imports: [] },
  { rule: 'no-missing-import', in: 'package/b.ts', imports: ['package/missing.ts'] },
  { rule: 'no-dev-dependency', in: 'artifacts/c.ts', imports: ['yazl'] },
  { rule: 'src-without-tests', in: 'cli/b.ts', imports: ['../test/target.ts'] },
];
