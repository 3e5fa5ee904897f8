import { test } from '@jest/globals';
import { doorLimits } from '../../src/api/http/limits.js';
import { expectDoc } from '../generated-doc.js';

const amount = (value: number, unit: string): string => {
  if (unit === 'ms') return `${value / 1000} s`;
  if (unit === 'bytes') return value % (1024 * 1024) === 0 ? `${value / 1024 / 1024} MiB` : `${value / 1024} KiB`;
  return `${value} ${unit}`;
};

test('docs/limits.md is what the table of limits says', async () => {
  const rows = Object.values(doorLimits).map(
    ({ value, unit, of, beyond }) => `| ${of} | ${amount(value, unit)} | ${beyond} |`,
  );
  await expectDoc(
    'docs/limits.md',
    `# Limits of the API

What one request or one client may ask of Berth, so that it cannot hurt the others. A refusal names the limit, and by JSON
pointer the place in the body that passes it. Lists have limits of their own: the API page (\`/docs\`) shows \`maxItems\`,
\`maxLength\` and \`maxProperties\` of every body, and \`x-max-json-bytes\` where the length of the JSON counts.

| what | at most | beyond it |
| --- | --- | --- |
${rows.join('\n')}

Packages are streams and have their own limits ([uploads.md](uploads.md)), and so have the SBOMs in them ([sbom.md](sbom.md)).
What the document of a VNF may hold is in [vnf-limits.md](vnf-limits.md).

## Text

Bodies are JSON in UTF-8; another \`charset\` is a 415, bytes that are no UTF-8 a 400 with their place. Every string has whole
characters only, without U+0000; half of a surrogate pair (\`\\ud800\`), a number beyond the range of a double, a member given
twice, \`__proto__\` and \`constructor.prototype\` are a 400 with a pointer. Names and identifiers stand in one line. Paths have no
control characters, queries no U+0000, and Host is a name or an address with a port.

## Connections

A request that is refused before its body was read is answered with \`Connection: close\`, and the connection ends. When all
connections are taken, a new one takes the place of the oldest on which no request with the token is served, so that
\`/healthz\`, \`/readyz\` and \`/metrics\` answer however many clients hang on.

This page is made from \`src/api/http/limits.ts\`; after a change there,
\`UPDATE_GOLDEN=1 npm run jest -- --selectProjects unit --testPathPatterns limits-doc\` rewrites it.
`,
  );
});
