/**
 * Draws the dashboard of /picture.json. Sets `window.drawn` when everything stands, or `window.failed` to what went
 * wrong; `window.findFaults` then looks at it.
 */
import { createTheme, dateTime, locationUtil, ThemeContext, type GrafanaConfig } from '@grafana/data';
import { GlobalStyles } from '@grafana/ui';
import { createRoot } from 'react-dom/client';
import { DashboardView } from './DashboardView.tsx';
import { faultsOf } from './faults.ts';
import type { Picture } from './picture.ts';
import { preparedPanels } from './prepared.ts';
import { registerTransformers } from './transform.ts';
import './page.css';

declare global {
  interface Window {
    drawn?: boolean;
    failed?: string;
    findFaults?: () => readonly string[];
  }
}

async function draw(): Promise<void> {
  window.plots = [];
  registerTransformers();
  locationUtil.initialize({
    config: { appSubUrl: '' } as GrafanaConfig,
    getVariablesUrlParams: () => ({}),
    getTimeRangeForUrl: () => ({ from: 'now-1h', to: 'now' }),
  });
  const picture = (await (await fetch('/picture.json')).json()) as Picture;
  const theme = createTheme({ colors: { mode: 'dark' } });
  const panels = await preparedPanels(picture, theme);
  const { from, to } = picture.range;
  const [start, end] = [dateTime(from * 1000), dateTime(to * 1000)];
  const timeRange = { from: start, to: end, raw: { from: start, to: end } };
  const root = document.getElementById('root');
  if (!root) throw new Error('the page has no root');
  createRoot(root, { onUncaughtError: (error) => (window.failed = String(error)) }).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <DashboardView picture={picture} panels={panels} theme={theme} timeRange={timeRange} />
    </ThemeContext.Provider>,
  );
  await document.fonts.ready;
  window.findFaults = () => faultsOf(picture);
  window.drawn = true;
}

draw().catch((error: unknown) => {
  window.failed = error instanceof Error ? (error.stack ?? error.message) : String(error);
});
