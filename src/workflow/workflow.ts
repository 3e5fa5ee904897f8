/**
 * Composes the workflow, and starts and stops it. The composition root provides the ports.
 */
import type { PackageFiles } from '../artifacts/artifacts.js';
import type { Engines } from '../engine/engines.js';
import type { StepTimes } from '../lifecycle/steps.js';
import type { Callbacks } from '../notify/notify.js';
import type { Clock, IdSource } from '../shared/clock.js';
import type { InstallationId } from '../shared/ids.js';
import type { Log } from '../shared/log.js';
import type { Store } from '../store/store.js';
import type { Audit } from './audit/audit.js';
import type { AuditView } from './audit/audit-view.js';
import { AcceptedFunctions } from './hosts/accepted-functions.js';
import { askedNow } from './hosts/asked-now.js';
import { BackgroundDriver } from './background/driver.js';
import type { Background } from './background/background.js';
import type { BackgroundView } from './background/background-view.js';
import { CapacityCount, usualCapacitySettings, type CapacitySettings } from './capacity/capacity-count.js';
import type { CapacityView } from './capacity/capacity-view.js';
import type {
  Comparison,
  HostAudits,
  HostCommands,
  HostFunctions,
  LcmCommands,
  PackageCommands,
  PlacementQuestions,
  Stacks,
  SubscriptionCommands,
} from './commands.js';
import { RecordAndReality } from './hosts/reality/differences.js';
import { SolDriver } from './driver.js';
import type { ExecutePorts } from './execute.js';
import type { Fleet } from './hosts/fleet.js';
import type { ConfiguredSettings, HostAdmission } from './hosts/admission.js';
import type { HostEvents } from './hosts/events.js';
import { HostRoster } from './hosts/roster.js';
import type { WhereaboutsView } from './hosts/fleet-view.js';
import { KeptCapacity } from './capacity/kept-capacity.js';
import { KeptClaims } from './records/kept-claims.js';
import { KeptInstances } from './records/kept-instances.js';
import { SolLcmCommands } from './lcm-commands.js';
import { loggingObserver } from './logging-observer.js';
import { defaultNotifierSettings, Notifier, type NotifierSettings } from './background/tasks/notifier.js';
import type { WorkflowObserver } from './observer.js';
import { Onboarding } from './background/tasks/onboarding.js';
import { SolPackageCommands } from './package-commands.js';
import { Planner } from './planner.js';
import { OperationRetention, retentionOf, type RetentionSettings } from './background/tasks/retention.js';
import { OperationRunner, type RunnerSettings } from './background/tasks/runner.js';
import { SolSubscriptionCommands } from './subscription-commands.js';
import { Watch, type WatchSettings } from './background/tasks/watch.js';
import { watchedFleet } from './hosts/watched-fleet.js';
import { WhatIf } from './capacity/what-if.js';
import { SharedRuns } from '../shared/shared-run.js';

export interface WorkflowPorts {
  readonly store: Store;
  readonly files: PackageFiles;
  readonly engines: Engines;
  readonly callbacks: Callbacks;
  readonly hosts: readonly ConfiguredSettings[];
  readonly admission: HostAdmission;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Log;
  readonly observer: WorkflowObserver;
  /** Asked for once the workflow starts. */
  readonly installation: () => InstallationId;
}

export interface WorkflowSettings {
  readonly runner: RunnerSettings;
  readonly watch: WatchSettings;
  readonly notifier: NotifierSettings;
  readonly retention: RetentionSettings;
  readonly capacity: CapacitySettings;
  readonly times: StepTimes;
  /** Lanes of one operation that run at once. */
  readonly width: number;
  readonly patienceMs: number;
  readonly strategy: 'pack' | 'spread';
  /** Search nodes of one placement. */
  readonly budget: number;
}

export const defaultWorkflowSettings = (owner: string): WorkflowSettings => ({
  runner: { owner, leaseMs: 15_000, goneMs: 1_000, pollMs: 1_000, maxOperations: 16 },
  watch: { statsMs: 5_000, guestMs: 10_000, hostMs: 30_000, comebackMs: 5_000 },
  notifier: defaultNotifierSettings(owner),
  retention: retentionOf(100_000, 90),
  capacity: usualCapacitySettings,
  times: { uploadMs: 600_000, callMs: 60_000, guestReadyMs: 180_000 },
  width: 8,
  patienceMs: 20_000,
  strategy: 'pack',
  budget: 20_000,
});

export interface Workflow {
  readonly lcm: LcmCommands;
  readonly packages: PackageCommands;
  readonly subscriptions: SubscriptionCommands;
  readonly questions: PlacementQuestions;
  readonly fleet: Fleet;
  readonly hosts: HostCommands;
  /** Events of hosts, for subscribers. */
  readonly hostEvents: HostEvents;
  readonly instances: KeptInstances;
  readonly claims: KeptClaims;
  readonly comparison: Comparison;
  readonly audit: AuditView;
  readonly whereabouts: WhereaboutsView;
  /** How many operations are driven here now. */
  drivenOperations(): number;
  readonly stacks: Stacks;
  readonly hostAudits: HostAudits;
  readonly hostFunctions: HostFunctions;
  readonly capacities: CapacityView;
  readonly background: Background & BackgroundView;
  /** Recovers from a crash, then begins work. */
  start(): Promise<void>;
  /** Operations end their current step; domains keep running. */
  stop(): Promise<void>;
}

export function createWorkflow(ports: WorkflowPorts, settings: WorkflowSettings): Workflow {
  const { store, files, engines, callbacks, clock, ids, log } = ports;
  const instances = new KeptInstances(store);
  const observer = loggingObserver(log, ports.observer);
  const background = new BackgroundDriver({ clock, log, duties: { store, settings: settings.runner } });
  const seen = { ...ports, background, comebackMs: settings.watch.comebackMs };
  const { fleet, events, sight, audit, whereabouts, sweep } = watchedFleet(seen, () => ({ runner, lcm }));
  const roster = new HostRoster({
    ...{ store, fleet, background, log, admission: ports.admission, configured: ports.hosts },
    removed: (hostId) => ports.observer.hostRemoved(hostId),
  });
  const index = new KeptCapacity(fleet, store);
  const wholeFleet = async () => (fleet.unknownHosts().length === 0 ? (await index.kept()).fleet : undefined);
  const planner = new Planner({
    ...{ ...settings, store, clock, ids, index, observer: ports.observer, installation: ports.installation },
    firstLook: () => fleet.firstLook(),
    sight,
  });
  const context = stepContext(ports, fleet);
  const driver = new SolDriver({
    ...{ store, planner, clock, log, observer },
    steps: { context, width: settings.width, patienceMs: settings.patienceMs },
  });
  const runner = new OperationRunner(store, driver, clock, log, settings.runner, ports.observer, background);
  const onboarding = new Onboarding(store, files, clock, log, settings.runner, ports.observer, background);
  const packages = new SolPackageCommands(store, files, onboarding, clock, ids, log, () => sweep.all(), background);
  new Watch({ fleet, engines, store, instances, clock, log, background }, settings.watch);
  new Notifier({ ...ports, background }, settings.notifier);
  new OperationRetention({ ...ports, background }, settings.retention);
  const firstLook = (): Promise<void> => fleet.firstLook();
  const questions = new WhatIf({ ...settings, store, ids, index, firstLook });
  const capacities = new CapacityCount({ store, index, questions, firstLook, clock, background }, settings.capacity);
  const lcm: SolLcmCommands = new SolLcmCommands(store, runner, observer, clock, ids, wholeFleet, sight);
  return {
    lcm,
    packages,
    subscriptions: new SolSubscriptionCommands(store, callbacks, clock, ids, log),
    ...{ questions, capacities, fleet, hosts: roster, hostEvents: events, instances, audit, whereabouts },
    ...askedNow({ ...ports, fleet, whereabouts }),
    hostFunctions: new AcceptedFunctions({ fleet, store, clock, log }),
    claims: new KeptClaims(store),
    comparison: new RecordAndReality(store, instances, engines, (hostId) => fleet.poolsOf(hostId)),
    drivenOperations: () => runner.driven,
    background,
    ...lifeOf({ packages, audit, fleet, roster, background }),
  };
}

interface Parts {
  readonly packages: SolPackageCommands;
  readonly audit: Audit;
  readonly fleet: Fleet;
  readonly roster: HostRoster;
  readonly background: BackgroundDriver;
}

/** In which order the parts begin and end. */
const lifeOf = ({ packages, audit, fleet, roster, background }: Parts): Pick<Workflow, 'start' | 'stop'> => ({
  async start() {
    await packages.recover();
    await audit.lookAtFiles();
    await fleet.start();
    await roster.start();
    await fleet.warnOfMissing();
    background.start();
  },
  async stop() {
    await background.stop();
    await fleet.stop();
  },
});

const stepContext = ({ engines, store, files, clock }: WorkflowPorts, fleet: Fleet): ExecutePorts['context'] => ({
  engine: (id) => engines.of(id),
  uploads: new SharedRuns(),
  readAgain: (id) => fleet.readAgain(id),
  saw: (hostId, domain) => {
    fleet.saw(hostId, domain);
  },
  releasing: (given, release) => fleet.releasing(given, release),
  ...{ store, files, clock },
});
