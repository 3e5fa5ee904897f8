/**
 * Panels that Prometheus has nothing for.
 */
import { allPanels, nameOf } from '../plan/dashboard.ts';

const isNumber = ([, value]) => value !== 'NaN';

/** Sentences; `allowed`: titles of panels that may be empty. */
export const nothingShown = (dashboard, answers, allowed) =>
  allPanels(dashboard)
    .filter(({ targets, title }) => (targets ?? []).length > 0 && !allowed.includes(title))
    .flatMap((panel) => {
      const empty = (answers[panel.id] ?? []).filter(
        ({ series }) => !series.some(({ values }) => values.some(isNumber)),
      );
      return empty.map(({ refId, expression }) => `${nameOf(panel)} has no data for query ${refId}: ${expression}`);
    });
