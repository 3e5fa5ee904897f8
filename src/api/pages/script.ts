/**
 * The script of the stack page, as it is served. It asks the API with the reader's token and writes what comes as text:
 * it has no way to write HTML. A test runs it in a browser.
 */
export const script = `'use strict';
(() => {
  const key = 'berth-token';
  const limitMs = 30000;
  const mostPages = 50;
  const byId = (id) => document.getElementById(id);
  // A proxy may have put Berth below a path of its own.
  const root = new URL('..', document.currentScript.src).pathname;
  const id = decodeURIComponent(location.pathname.slice(root.length).replace(/^stack\\/?/, ''));
  const titles = {
    application: 'Application', guest: 'Guest operating system', hardware: 'Virtual hardware',
    hypervisor: 'Hypervisor', physical: 'Physical hardware',
  };
  const devices = { para: 'para-virtual', emulated: 'emulated', passthrough: 'passed through' };

  const make = (name, text, kind) => {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    if (kind !== undefined) element.className = kind;
    return element;
  };
  const inside = (parent, ...children) => {
    parent.append(...children.filter((child) => child !== undefined));
    return parent;
  };
  const say = (text, kind) => {
    byId('said').textContent = text;
    byId('said').className = kind || '';
  };

  const tableOf = (caption, heads, rows) => {
    const line = make('tr');
    for (const head of heads) {
      const cell = make('th', head);
      cell.scope = 'col';
      line.append(cell);
    }
    return inside(make('table'), make('caption', caption), inside(make('thead'), line), inside(make('tbody'), ...rows));
  };
  const cellOf = (label, text) => {
    const cell = make('td', text);
    cell.dataset.label = label;
    return cell;
  };
  const headOf = (...children) => {
    const cell = inside(make('th'), ...children);
    cell.scope = 'row';
    return cell;
  };

  const rowOf = (row) => {
    const name = headOf(
      row.differs ? make('span', 'Differs: ', 'mark') : undefined,
      make('span', row.name),
      row.device === undefined ? undefined : make('span', devices[row.device], 'tag'),
    );
    const cells = [cellOf('Now', row.now), cellOf('Planned', row.planned), cellOf('Note', row.note)];
    return inside(make('tr', undefined, row.differs ? 'differs' : undefined), name, ...cells);
  };

  const layerOf = (layer) => inside(
    make('section'),
    make('h2', titles[layer.layer] || layer.layer),
    layer.unknownBecause === undefined ? undefined : make('p', 'Not known now: ' + layer.unknownBecause, 'bad'),
    tableOf(layer.source, ['', 'Now', 'Planned', 'Note'], layer.rows.map(rowOf)),
  );

  const showStack = (stack) => {
    const differing = stack.layers.flatMap((layer) => layer.rows).filter((row) => row.differs).length;
    byId('title').textContent = stack.domainName;
    document.title = 'Berth: ' + stack.domainName;
    const facts = 'VNFC ' + stack.vnfcId + ' of ' + (stack.vnfInstanceName || stack.vnfInstanceId) + ' on ' + stack.hostId;
    const sum = differing === 0 ? 'Nothing that is known differs from the plan.' : differing + ' rows differ from the plan.';
    byId('content').replaceChildren(
      make('p', facts + ' is ' + stack.state + ', as of ' + stack.readAt + '.'),
      make('p', sum, differing === 0 ? 'soft' : 'bad'),
      ...stack.layers.map(layerOf),
    );
    say('');
  };

  const linkOf = (vnfc) => {
    const link = make('a', vnfc.id);
    link.href = root + 'stack/' + encodeURIComponent(vnfc.id);
    return link;
  };
  const showAll = (instances) => {
    const vnfcs = instances.flatMap((vnf) =>
      ((vnf.instantiatedVnfInfo || {}).vnfcResourceInfo || []).map((vnfc) => ({ vnf, vnfc })));
    const rows = vnfcs.map(({ vnf, vnfc }) => inside(
      make('tr'), headOf(linkOf(vnfc)), cellOf('VNF', vnf.vnfInstanceName || vnf.id),
      cellOf('Product', vnf.vnfProductName), cellOf('Host', vnfc.computeResource.vimConnectionId),
    ));
    const caption = vnfcs.length === 0 ? 'There is no VNFC.' : vnfcs.length + ' VNFCs';
    byId('content').replaceChildren(tableOf(caption, ['VNFC', 'VNF', 'Product', 'Host'], rows));
    say('');
  };

  const ask = async (path) => {
    const headers = { authorization: 'Bearer ' + sessionStorage.getItem(key), accept: 'application/json' };
    if (path.startsWith('vnflcm/')) headers.version = '2.0.0';
    const answer = await fetch(root + path, { headers, cache: 'no-store', signal: AbortSignal.timeout(limitMs) });
    const body = await answer.json();
    if (answer.ok) return { body, link: answer.headers.get('link') };
    if (answer.status === 401) forget();
    throw new Error(body.detail || 'Berth answered ' + answer.status + '.');
  };

  const all = async () => {
    const found = [];
    const collection = 'vnflcm/v2/vnf_instances';
    let path = collection + '?fields=instantiatedVnfInfo';
    for (let page = 0; path !== undefined && page < mostPages; page += 1) {
      const { body, link } = await ask(path);
      found.push(...body);
      const next = /^<([^>]+)>; rel="next"$/.exec(link || '');
      path = next === null ? undefined : collection + new URL(next[1], location).search;
    }
    return found;
  };

  const forget = () => {
    sessionStorage.removeItem(key);
    byId('content').replaceChildren();
    show();
  };

  const read = async () => {
    say('Asking …');
    try {
      if (id === '') showAll(await all());
      else showStack((await ask('nfvi/v1/vnfcs/' + encodeURIComponent(id) + '/stack')).body);
    } catch (error) {
      byId('content').replaceChildren();
      say(error.name === 'TimeoutError' ? 'Berth has not answered within 30 s.' : error.message, 'bad');
    }
  };

  const show = () => {
    const has = sessionStorage.getItem(key) !== null;
    byId('ask').hidden = has;
    byId('tools').hidden = !has;
    return has;
  };

  byId('ask').addEventListener('submit', (event) => {
    event.preventDefault();
    sessionStorage.setItem(key, byId('token').value.trim());
    byId('token').value = '';
    if (show()) void read();
  });
  byId('again').addEventListener('click', () => void read());
  byId('forget').addEventListener('click', () => {
    forget();
    say('The token is forgotten.');
  });
  if (id === '') byId('title').textContent = 'VNFCs and what they stand on';
  // Disabled until here: without the listener above the browser would send the form itself, and the token would be lost.
  byId('show').disabled = false;
  if (show()) void read();
})();
`;
