/**
 * `text`: Markdown by @grafana/data.
 */
import { renderMarkdown } from '@grafana/data';
import type { PanelProps } from './panel-props.ts';

interface TextOptions {
  readonly mode?: string;
  readonly content?: string;
}

export function TextPanel({ options, replaceVariables }: PanelProps) {
  const { mode = 'markdown', content = '' } = options as TextOptions;
  if (mode !== 'markdown') throw new Error(`text of mode '${mode}' cannot be drawn here, only Markdown`);
  const html = renderMarkdown(replaceVariables(content));
  return <div className="markdown-html" dangerouslySetInnerHTML={{ __html: html }} />;
}
