/**
 * The vendor of the quickstart: a key that signs the router package, and the certificate by which Berth trusts it. Made
 * anew for every run, and gone with its data.
 */
import { run } from '../run.mjs';

const subject = '/O=Berth quickstart/CN=Router vendor';
const extensions = ['basicConstraints=critical,CA:false', 'keyUsage=critical,digitalSignature'];

/** Paths of `{ key, certificate }`, both PEM. */
export async function makeVendor(state) {
  const key = state.path('vendor.key');
  const certificate = state.path('vendor.pem');
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-sha256', '-nodes', '-days', '30'];
  const said = extensions.flatMap((each) => ['-addext', each]);
  await run('openssl', ['req', '-x509', ...kind, '-subj', subject, ...said, '-keyout', key, '-out', certificate]);
  return { key, certificate };
}
