/**
 * Every plot that was drawn, by its panel. What stands on a canvas cannot be read back from the page, so that the checks
 * ask the plot itself (lib/page-checks.mjs).
 */
import type uPlot from 'uplot';
import type { UPlotConfigBuilder } from '@grafana/ui';

declare global {
  interface Window {
    plots: { readonly panelId: number; readonly plot: uPlot }[];
  }
}

const noted = new WeakSet<UPlotConfigBuilder>();

/** True the first time: a configuration is rendered more often than it is made. */
export function notePlot(panelId: number, builder: UPlotConfigBuilder): boolean {
  if (noted.has(builder)) return false;
  noted.add(builder);
  builder.addHook('ready', (plot) => {
    window.plots = [...window.plots.filter((one) => one.panelId !== panelId), { panelId, plot }];
  });
  return true;
}
