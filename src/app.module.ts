/**
 * The controllers of Berth and what they are given. Parts come from the composition root; nothing here makes one.
 */
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NfviController } from './api/nfvi/nfvi.controller.js';
import { PlacementsController } from './api/nfvi/placements.controller.js';
import { ApiVersionsController } from './api/ops/api-versions.controller.js';
import { HealthController } from './api/ops/health.controller.js';
import { MetricsController } from './api/ops/metrics.controller.js';
import {
  FILES,
  FLEET,
  HOSTS,
  LCM,
  METRICS,
  OPTIONS,
  PACKAGES,
  QUESTIONS,
  READINESS,
  STORE,
  SUBSCRIPTIONS,
  BACKUPS,
  AUDIT,
  BACKGROUND,
  COMPARISON,
  HOST_AUDITS,
  HOST_FUNCTIONS,
  STACKS,
  type ApiParts,
} from './api/ports.js';
import { AuditController } from './api/nfvi/audit.controller.js';
import { BackgroundTasksController } from './api/nfvi/background-tasks.controller.js';
import { BackupController } from './api/nfvi/backup.controller.js';
import { DifferencesController } from './api/nfvi/differences.controller.js';
import { SbomController } from './api/nfvi/sbom.controller.js';
import { StackController } from './api/nfvi/stack.controller.js';
import { InstanceTasksController } from './api/vnflcm/instance-tasks.controller.js';
import { InstancesController } from './api/vnflcm/instances.controller.js';
import { OpOccsController } from './api/vnflcm/op-occs.controller.js';
import { LifecycleSubscriptionsController } from './api/vnflcm/subscriptions.controller.js';
import { InstancesV1Controller, InstanceTasksV1Controller, OpOccsV1Controller } from './api/vnflcm/v1.controllers.js';
import {
  OnboardedPackageFilesController,
  OnboardedPackagesController,
} from './api/vnfpkgm/onboarded-packages.controller.js';
import { PackageContentController } from './api/vnfpkgm/package-content.controller.js';
import { PackageFilesController } from './api/vnfpkgm/package-files.controller.js';
import { PackagesController } from './api/vnfpkgm/packages.controller.js';
import { UploadFromUriController } from './api/vnfpkgm/upload-from-uri.controller.js';
import { PackageSubscriptionsController } from './api/vnfpkgm/subscriptions.controller.js';
import type { NotifyingApi } from './subscription/interfaces.js';

/** Every interface that notifies has subscriptions. */
const subscriptions: { readonly [Api in NotifyingApi]: Type } = {
  vnfpkgm: PackageSubscriptionsController,
  vnflcm: LifecycleSubscriptionsController,
};

@Module({})
export class AppModule {
  static of(parts: ApiParts): DynamicModule {
    return {
      module: AppModule,
      controllers: [
        PackagesController,
        PackageContentController,
        UploadFromUriController,
        ...Object.values(subscriptions),
        PackageFilesController,
        OnboardedPackagesController,
        OnboardedPackageFilesController,
        InstancesController,
        InstanceTasksController,
        OpOccsController,
        InstancesV1Controller,
        InstanceTasksV1Controller,
        OpOccsV1Controller,
        NfviController,
        BackupController,
        DifferencesController,
        AuditController,
        BackgroundTasksController,
        PlacementsController,
        SbomController,
        StackController,
        HealthController,
        MetricsController,
        ApiVersionsController,
      ],
      providers: [
        { provide: STORE, useValue: parts.store },
        { provide: FILES, useValue: parts.files },
        { provide: PACKAGES, useValue: parts.packages },
        { provide: SUBSCRIPTIONS, useValue: parts.subscriptions },
        { provide: LCM, useValue: parts.lcm },
        { provide: QUESTIONS, useValue: parts.questions },
        { provide: FLEET, useValue: parts.fleet },
        { provide: HOSTS, useValue: parts.hosts },
        { provide: METRICS, useValue: parts.metrics },
        { provide: BACKUPS, useValue: parts.backups },
        { provide: AUDIT, useValue: parts.audit },
        { provide: BACKGROUND, useValue: parts.background },
        { provide: COMPARISON, useValue: parts.comparison },
        { provide: STACKS, useValue: parts.stacks },
        { provide: HOST_AUDITS, useValue: parts.hostAudits },
        { provide: HOST_FUNCTIONS, useValue: parts.hostFunctions },
        { provide: READINESS, useValue: parts.readiness },
        { provide: OPTIONS, useValue: parts.options },
      ],
    };
  }
}
