/**
 * A dashboard as Grafana lays it out: its head with variables and links, then the panels on the grid.
 */
import type { GrafanaTheme2, TimeRange } from '@grafana/data';
import { Icon, PanelChrome } from '@grafana/ui';
import { nameOf } from '../plan/dashboard.ts';
import { boxOf, heightOf } from '../plan/layout.ts';
import { drawings } from './panels/drawings.ts';
import { Guarded } from './Guarded.tsx';
import type { Picture } from './picture.ts';
import type { PreparedPanel } from './prepared.ts';

interface DashboardViewProps {
  readonly picture: Picture;
  readonly panels: readonly PreparedPanel[];
  readonly theme: GrafanaTheme2;
  readonly timeRange: TimeRange;
}

const margin = 16;

export function DashboardView({ picture, panels, theme, timeRange }: DashboardViewProps) {
  const { dashboard, width } = picture;
  const inner = width - 2 * margin;
  return (
    <div style={{ width, padding: margin, boxSizing: 'border-box', background: theme.colors.background.canvas }}>
      <Head picture={picture} timeRange={timeRange} />
      <div style={{ position: 'relative', height: heightOf(dashboard.panels), width: inner }}>
        {panels.map((prepared) => (
          <Placed
            key={prepared.panel.id}
            prepared={prepared}
            width={inner}
            picture={picture}
            theme={theme}
            timeRange={timeRange}
          />
        ))}
      </div>
    </div>
  );
}

function Head({ picture, timeRange }: { readonly picture: Picture; readonly timeRange: TimeRange }) {
  const { title, templating, links = [] } = picture.dashboard;
  const variables = (templating?.list ?? []).filter(({ hide = 0 }) => hide !== 2);
  return (
    <header className="head">
      <h1>{title}</h1>
      <div className="controls">
        {variables.map(({ name, label }) => (
          <span key={name} className="variable">
            <span className="label">{label ?? name}</span>
            <span className="value">{picture.choices[name]?.texts.join(' + ')}</span>
          </span>
        ))}
        <span className="time">
          {timeRange.from.utc().format('YYYY-MM-DD HH:mm:ss')} to {timeRange.to.utc().format('HH:mm:ss')} UTC
        </span>
      </div>
      <div className="controls">
        {links.map((link) => (
          <span key={link.title} className="link">
            <Icon name="apps" size="sm" /> {link.title}
          </span>
        ))}
      </div>
    </header>
  );
}

interface PlacedProps extends Omit<DashboardViewProps, 'panels'> {
  readonly prepared: PreparedPanel;
  readonly width: number;
}

function Placed({ prepared, width, picture, theme, timeRange }: PlacedProps) {
  const { panel, frames, fieldConfig, replaceVariables } = prepared;
  const { left, top, width: boxWidth, height } = boxOf(panel.gridPos, width);
  const title = replaceVariables(panel.title ?? '');
  const place = { position: 'absolute', left, top, width: boxWidth, height } as const;
  if (panel.type === 'row') {
    return (
      <div style={place} className="row" data-row={panel.id}>
        <Icon name="angle-down" /> <span>{title}</span>
      </div>
    );
  }
  const Drawing = drawings[panel.type];
  if (Drawing === undefined) throw new Error(`${nameOf(panel)} is of type '${panel.type}', which cannot be drawn here`);
  return (
    <div style={place} data-panel={panel.id}>
      <PanelChrome title={title} description={panel.description ?? ''} width={boxWidth} height={height}>
        {(innerWidth: number, innerHeight: number) => (
          <Guarded>
            <Drawing
              panelId={panel.id}
              width={innerWidth}
              height={innerHeight}
              frames={frames}
              fieldConfig={fieldConfig}
              options={panel.options ?? {}}
              theme={theme}
              timeRange={timeRange}
              replaceVariables={replaceVariables}
              marks={picture.annotations}
            />
          </Guarded>
        )}
      </PanelChrome>
    </div>
  );
}
