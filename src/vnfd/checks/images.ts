/**
 * Image artifacts are complete and of a format that QEMU boots. Files are checked with the package, also that there is
 * one: what a VNFD describes without a file, some VIM is to hold.
 */
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import type { FlavourSource } from '../flavour-source.js';
import type { NodeTemplate } from '../../tosca/node-templates.js';
import { imageArtifact, imageData } from '../read-image.js';
import { child, textOf } from '../../tosca/tree.js';

export const checkImages = (source: FlavourSource): readonly Finding[] =>
  source.nodes.flatMap((node) => [...checkComplete(node), ...checkFormat(node)]);

function checkComplete(node: NodeTemplate): readonly Finding[] {
  const artifact = imageArtifact(node);
  if (artifact === undefined || imageData(node) !== undefined) return [];
  return [found('VNFD-IMAGE-INCOMPLETE', artifact.at, `The image of \`${node.id}\` has a file and no data.`)];
}

const formats = [
  ['disk_format', ['qcow2', 'raw']],
  ['container_format', ['bare']],
] as const;

function checkFormat(node: NodeTemplate): readonly Finding[] {
  return formats.flatMap(([key, runnable]) => {
    const value = child(imageData(node), key);
    const format = textOf(value)?.trim().toLowerCase();
    if (value === undefined || format === undefined || runnable.some((each) => each === format)) return [];
    const message = `The image of \`${node.id}\` has the ${key} \`${format}\`; Berth boots ${runnable.join(' and ')}.`;
    return [found('VNFD-IMAGE-FORMAT-UNSUPPORTED', value.at, message)];
  });
}
