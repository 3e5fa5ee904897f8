import { test } from '@jest/globals';
import { problemTypes } from '../../src/shared/problem-types.js';
import { expectDoc } from '../generated-doc.js';

test('docs/problems.md is what the table of problem types says', async () => {
  const rows = Object.entries(problemTypes).map(
    ([code, { status, title, remedy }]) => `| \`urn:berth:problem:${code}\` | ${status} | ${title} | ${remedy} |`,
  );
  await expectDoc(
    'docs/problems.md',
    `# Problems

Every refusal and failure is answered as \`application/problem+json\` (RFC 9457; SOL013 clause 6.3), and kept in the same
form in \`error\` of an operation occurrence and in \`onboardingFailureDetails\` of a package. \`type\` never changes once
released: act on it and on \`status\`, show \`title\` and \`detail\` to people.

Members beside the standard ones: \`errors\` (places in a body, by JSON pointer), \`findings\` (of a package, with file and
line), \`explanation\` (of a placement: the funnel and a verdict per host), \`cause\` (the hypervisor's own words),
\`requestId\` (of an internal error, as in the log).

This page is made from \`src/shared/problem-types.ts\`; after a change there,
\`UPDATE_GOLDEN=1 npm run jest -- --selectProjects unit --testPathPatterns problems-doc\` rewrites it.

| type | status | title | what to do |
| --- | --- | --- | --- |
${rows.join('\n')}
`,
  );
});
