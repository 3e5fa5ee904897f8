import { test } from '@jest/globals';
import { descriptorCodes } from '../../src/vnfd/finding-codes.js';
import { packageCodes } from '../../src/package/finding-codes.js';
import type { FindingKind } from '../../src/shared/finding.js';
import { expectDoc } from '../generated-doc.js';

const table = (codes: Readonly<Record<string, FindingKind>>): string => {
  const rows = Object.entries(codes).map(
    ([code, { severity, meaning, fix }]) => `| \`${code}\` | ${severity} | ${meaning} | ${fix} |`,
  );
  return `| code | severity | what it means | what to do |\n| --- | --- | --- | --- |\n${rows.join('\n')}`;
};

test('docs/findings.md is what the tables of codes say', async () => {
  await expectDoc(
    'docs/findings.md',
    `# Findings

What Berth finds in a VNF package and its VNFD. A package with a finding of severity \`error\` is refused: the findings
are in \`onboardingFailureDetails.findings\`, errors first, each with \`code\`, \`file\` and, where it stands in a text,
\`line\`, \`column\` and \`path\`. Warnings of a package that is onboarded
stand in the server’s log; \`berth package lint\` shows remarks as well. A code never changes its meaning.

This page is made from \`src/package/finding-codes.ts\` and \`src/vnfd/finding-codes.ts\`; after a change there,
\`UPDATE_GOLDEN=1 npm run jest -- --selectProjects unit --testPathPatterns findings-doc\` rewrites it.

## The package: archive, TOSCA.meta, manifest, images (SOL004)

${table(packageCodes)}

Codes that begin with \`SIG-\` are warnings where the operator set \`signaturePolicy: warn\` ([signatures.md](signatures.md)).

## The descriptor: YAML, TOSCA, VNFD (SOL001)

${table(descriptorCodes)}
`,
  );
});
