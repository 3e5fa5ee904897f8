/**
 * The pages themselves: the same for everybody, without data. Links are relative, for a proxy may have put Berth below a
 * path of its own. What they show beyond this the script writes as text
 * (`script.ts`), so nothing that a guest or a package says is ever read as HTML.
 */
/** From the folder of a page to where Berth begins. */
type Root = './' | '../';

const head = (title: string, root: Root, script: boolean): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title}</title>
    <link rel="icon" type="image/png" href="${root}docs/favicon-32x32.png" />
    <link rel="stylesheet" href="${root}pages/berth.css" />${script ? `\n    <script defer src="${root}pages/stack.js"></script>` : ''}
  </head>
`;

/** `version` is Berth's own, from its package.json. */
export const frontPage = (version: string): string => `${head('Berth', './', false)}  <body>
    <main>
      <h1>Berth <small>${version}</small></h1>
      <p>
        An NFV infrastructure manager: it takes ETSI VNF packages in, and keeps them as placed, running and measured virtual
        machines on the hosts of a fleet.
      </p>
      <h2>Where to go</h2>
      <dl>
        <dt><a href="docs">API</a></dt>
        <dd>Every request and answer, to read and to try; <a href="docs-json">as an OpenAPI document</a>.</dd>
        <dt><a href="stack">Stacks</a></dt>
        <dd>What a VNFC stands on: application, guest, virtual hardware, hypervisor, cores. Asks for the token.</dd>
        <dt><a href="metrics">Metrics</a></dt>
        <dd>For Prometheus. Ask with the token, unless the configuration opens them.</dd>
        <dt><a href="readyz">Readiness</a></dt>
        <dd>Whether Berth can work now, and what is missing.</dd>
      </dl>
      <h2>Documentation</h2>
      <p>
        It comes with Berth: <code>docs/README.md</code>. The command line is <code>berth --help</code>. The token is in the file
        that Berth names when it starts; this page shows nothing of the fleet.
      </p>
    </main>
  </body>
</html>
`;

/** `/stack` lies at the root, the stack of a VNFC below. */
export const stackPage = (root: Root): string => `${head('Berth: stack', root, true)}  <body>
    <main>
      <nav aria-label="Pages"><a href="${root}">Berth</a> <a href="${root}stack">All VNFCs</a></nav>
      <h1 id="title">What a VNFC stands on</h1>
      <noscript><p>This page asks the API by a script; without one, use <code>berth vnf stack</code>.</p></noscript>
      <form id="ask">
        <label for="token">Token of Berth</label>
        <input id="token" type="password" autocomplete="off" spellcheck="false" required />
        <button id="show" type="submit" disabled>Show</button>
        <p>It is kept in this tab until you close it, and sent to nobody but this Berth.</p>
      </form>
      <p id="tools" hidden>
        <button id="again" type="button">Read again</button> <button id="forget" type="button">Forget the token</button>
      </p>
      <p id="said" role="status" aria-live="polite"></p>
      <div id="content"></div>
    </main>
  </body>
</html>
`;
