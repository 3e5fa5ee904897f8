/**
 * Ways from one dashboard to another. The data source, the job and the time range go along; a click on a row or a
 * series also chooses what it is about.
 */
import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';

/** Uids never change: bookmarks, runbooks and alerts lead to them. */
export const titles = {
  'berth-fleet': 'Fleet and capacity',
  'berth-host': 'Host',
  'berth-vnf': 'VNF and VNFC',
  'berth-router': 'Router',
  'berth-firewall': 'Firewall',
  'berth-upf': 'UPF',
  'berth-operations': 'Operations',
  'berth-placement': 'Placement',
  'berth-self': 'Berth itself',
} as const;

export type DashboardUid = keyof typeof titles;

export interface LinkTarget {
  readonly uid: DashboardUid;
  /** Variable of that dashboard -> label that has its value. */
  readonly choose: Readonly<Record<string, string>>;
}

const kept = '${datasource:queryparam}&${job:queryparam}&${__url_time_range}';

/** `label`: of a series; `column`: of the row of a table. */
export function urlTo({ uid, choose }: LinkTarget, from: 'label' | 'column'): string {
  const chosen = Object.entries(choose).map(([variable, label]) => {
    const value = from === 'label' ? `\${__field.labels.${label}}` : `\${__data.fields["${label}"]}`;
    return `&var-${variable}=${value}`;
  });
  return `/d/${uid}?${kept}${chosen.join('')}`;
}

export const linksTo = (target: LinkTarget, from: 'label' | 'column') => [
  new DashboardLinkBuilder(titles[target.uid]).url(urlTo(target, from)).targetBlank(false),
];

/** To all others, from the head of every dashboard. */
export const headLinks = (from: DashboardUid) =>
  (Object.keys(titles) as DashboardUid[])
    .filter((uid) => uid !== from)
    .map((uid) =>
      new DashboardLinkBuilder(titles[uid])
        .type(DashboardLinkType.Link)
        .icon('dashboard')
        .tooltip(`To ${titles[uid]}`)
        .url(`/d/${uid}`)
        .includeVars(true)
        .keepTime(true)
        .targetBlank(false),
    );
