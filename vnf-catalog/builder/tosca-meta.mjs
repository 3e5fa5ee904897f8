// Where the parts of a VNF package are (SOL004 clause 4.1.2).
export function toscaMeta(name) {
  const lines = [
    'TOSCA-Meta-File-Version: 1.0',
    'CSAR-Version: 1.1',
    'Created-By: Berth',
    `Entry-Definitions: Definitions/${name}.yaml`,
    `ETSI-Entry-Manifest: Definitions/${name}.mf`,
    'ETSI-Entry-Change-Log: ChangeLog.txt',
    'ETSI-Entry-Licenses: Licenses',
  ];
  return Buffer.from(`${lines.join('\n')}\n`);
}
