export async function prepareHost() {
  throw new Error('not yet');
}
export async function undoHost() {
  throw new Error('not yet');
}
