import { expect, test } from '@jest/globals';
import { auditRules } from '../../../src/inventory/host-audit/audit.js';
import { libvirtFaults, qemuFaults } from '../../../src/inventory/host-audit/versions.js';
import { expectDocPart } from '../../generated-doc.js';
import { subject } from './subject.js';

const cellText = (text: string): string => text.replaceAll('|', String.raw`\|`);

test('codes are of one form and stand once', () => {
  const codes = auditRules.flatMap(([, rules]) => rules.map(({ code }) => code));
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) expect(code).toMatch(/^HOST(-[A-Z]+)+$/);
});

test('docs/host-audit.md lists the rules as they are', async () => {
  const sections = auditRules.map(([concern, rules]) => {
    const rows = rules.map(({ code, severity, right, because, judge, check }) => {
      const command = check?.(subject())?.command;
      const by = [judge === undefined ? undefined : 'libvirt', command === undefined ? undefined : `\`${command}\``];
      return `| \`${code}\` | ${severity} | ${right} ${because} | ${cellText(by.filter((each) => each !== undefined).join(', else '))} |`;
    });
    return [
      `### ${concern}`,
      '',
      '| code | severity | what is right, and why | read by |',
      '| --- | --- | --- | --- |',
      ...rows,
    ].join('\n');
  });
  await expectDocPart('docs/host-audit.md', 'rules', sections.join('\n\n'));
});

test('docs/host-audit.md lists the faults as they are', async () => {
  const rows = [
    ...libvirtFaults.map((one) => ['libvirt', one] as const),
    ...qemuFaults.map((one) => ['QEMU', one] as const),
  ].map(
    ([program, { from, before, name, fault }]) =>
      `| ${program} | ${from === undefined ? '' : `from ${from}, `}before ${before} | ${name} | ${fault} |`,
  );
  await expectDocPart(
    'docs/host-audit.md',
    'faults',
    ['| program | versions | fault | what happens |', '| --- | --- | --- | --- |', ...rows].join('\n'),
  );
});
