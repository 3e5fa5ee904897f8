/** Every dashboard, by the name of its file. */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { firewall } from './firewall.ts';
import { fleet } from './fleet.ts';
import { hostDashboard } from './host.ts';
import { operations } from './operations.ts';
import { placement } from './placement.ts';
import { router } from './router.ts';
import { self } from './self.ts';
import { upf } from './upf.ts';
import { vnfDashboard } from './vnf.ts';

export const folder = 'charts/berth/dashboards';

const all = [fleet, hostDashboard, vnfDashboard, router, firewall, upf, operations, placement, self];

const fileOf = ({ uid = '' }: Dashboard): string => `${uid}.json`;

/** File name -> its bytes. */
export const files: ReadonlyMap<string, string> = new Map(
  all.map((dashboard) => [fileOf(dashboard), `${JSON.stringify(dashboard, null, 2)}\n`]),
);
