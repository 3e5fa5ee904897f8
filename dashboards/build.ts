/**
 * `npm run dashboards`: writes every dashboard to charts/berth/dashboards, and removes files of dashboards that are no
 * more. node 24 runs it as it stands.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { files, folder } from './all.ts';

mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) if (name.endsWith('.json') && !files.has(name)) rmSync(join(folder, name));
for (const [name, content] of files) writeFileSync(join(folder, name), content);
console.log(`${String(files.size)} dashboards in ${folder}`);
