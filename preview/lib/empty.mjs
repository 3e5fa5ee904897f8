/**
 * Panels that may be empty in a preview, each with its reason: preview/empty.json, by dashboard and title of the panel.
 */
import { readFileSync } from 'node:fs';
import { inPreview } from './paths.mjs';

const all = JSON.parse(readFileSync(inPreview('empty.json'), 'utf8'));

/** Titles. */
export const allowedEmpty = (uid) => Object.keys(all[uid] ?? {});

/** Sentences about entries that name no panel. */
export const strayEntries = (dashboards) =>
  Object.entries(all).flatMap(([uid, titles]) => {
    const panels = dashboards.find((dashboard) => dashboard.uid === uid)?.panels ?? [];
    const known = new Set(panels.map(({ title }) => title));
    return Object.keys(titles)
      .filter((title) => !known.has(title))
      .map((title) => `preview/empty.json names '${title}' of ${uid}, which is no panel`);
  });
