/**
 * An explanation as it is kept and shown: whole for a fleet that a person can read through, the nearest hosts of a larger
 * one; and the same in plain sentences.
 */
import type { Explanation } from '../model.js';

const mostHosts = 100;

/** The funnel still counts every host. */
export function abridged({ nearestHosts = [], ...explanation }: Explanation): Explanation {
  const left = explanation.hosts.length - mostHosts;
  if (left <= 0) return explanation;
  const isNamed = new Set<string>(nearestHosts);
  const rank = (hostId: string, fits: boolean) => (isNamed.has(hostId) || fits ? 0 : 1);
  const hosts = explanation.hosts
    .toSorted((a, b) => rank(a.hostId, a.fits) - rank(b.hostId, b.fits))
    .slice(0, mostHosts);
  return { ...explanation, hosts, hostsLeftOut: left };
}

const hostsText = (count: number): string => `${count} host${count === 1 ? '' : 's'}`;

export function explanationText(explanation: Explanation): string {
  const { summary, funnel, hosts, hostsLeftOut, nearestMisses, relaxations } = explanation;
  const narrowing = funnel.filter((stage) => stage.after < stage.before);
  const sections = [
    [summary],
    narrowing.map(
      ({ constraint, before, after }) => `${constraint} refuses ${before - after} of ${hostsText(before)}.`,
    ),
    nearestMisses.map((miss) => `Nearest: ${miss}.`),
    relaxations.map((one) => `It ${one}.`),
    hosts.flatMap(({ hostId, reasons }) => reasons.map((reason) => `${hostId}: ${reason}.`)),
    hostsLeftOut === undefined ? [] : [`Not listed: ${hostsText(hostsLeftOut)}.`],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
