/**
 * `table`: Grafana's own table.
 */
import type { DataFrame } from '@grafana/data';
import type { TableCellHeight, TableSortByFieldState } from '@grafana/schema';
import { TableNG } from '@grafana/ui/unstable';
import { saidOfNothing, type PanelProps } from './panel-props.ts';

interface TableOptions {
  readonly cellHeight?: TableCellHeight;
  readonly showHeader?: boolean;
  readonly sortBy?: TableSortByFieldState[];
  readonly enablePagination?: boolean;
  readonly footer?: { readonly enablePagination?: boolean };
}

/** Without rows there is nothing but what the panel says when it has no values. */
export function TablePanel({ frames, width, height, options, fieldConfig, timeRange }: PanelProps) {
  const { cellHeight, showHeader = true, sortBy, enablePagination, footer } = options as TableOptions;
  if (frames.length > 1) throw new Error(`${String(frames.length)} frames for one table: a transformation is missing`);
  const [frame = emptyFrame] = frames;
  if (frame.length === 0) return <div className="empty">{saidOfNothing(fieldConfig)}</div>;
  return (
    <TableNG
      data={frame}
      width={width}
      height={height}
      noHeader={!showHeader}
      showTypeIcons={false}
      resizable
      {...(sortBy === undefined ? {} : { sortBy })}
      {...(cellHeight === undefined ? {} : { cellHeight })}
      enablePagination={enablePagination ?? footer?.enablePagination ?? false}
      enableVirtualization={false}
      fieldConfig={fieldConfig}
      timeRange={timeRange}
    />
  );
}

const emptyFrame: DataFrame = { fields: [], length: 0 };
