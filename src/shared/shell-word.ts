/**
 * A name within a command that an operator is told to run: what a shell would take apart or act on is quoted. Names of domains
 * and files are other people's choice.
 */
export const shellWord = (name: string): string =>
  /^[\w@%+=:,./-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
