/**
 * Berth with simulated hosts and a hand on them: `node simulated-berth.mjs [options of berth-server]`. What befalls real
 * hosts is asked for over the socket `hand.sock` in the data directory: POST /HOST/VERB, the arguments as a JSON array
 * (src/engine/simulated/control.ts has the verbs).
 */
import 'reflect-metadata';
import { createServer } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { inTop } from '../paths.mjs';

const part = (name) => import(inTop('dist', name));
const [{ compose }, { composeFleet }, { loadConfig }, { ensureToken }, { systemClock }] = await Promise.all(
  ['compose.js', 'compose-fleet.js', 'config/load.js', 'config/token.js', 'system.js'].map(part),
);

const config = loadConfig({ argv: process.argv.slice(2), environment: process.env, user: { home: homedir() } });
const { token } = await ensureToken(config.dataDir, config.token);
const fleet = composeFleet(config, systemClock);
const berth = await compose(config, token, pino({ level: config.logLevel }, process.stderr), fleet);

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return JSON.parse(text);
}

const hand = createServer(async (request, response) => {
  const [, host, verb] = request.url.split('/').map(decodeURIComponent);
  try {
    fleet.engines.control(host)[verb](...(await bodyOf(request)));
    response.writeHead(204).end();
  } catch (error) {
    response.writeHead(400).end(error.message);
  }
});

async function stop() {
  hand.close();
  await berth.stop();
  process.exit(0);
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);

console.log(`Berth listens on ${await berth.start()}`);
hand.listen(join(config.dataDir, 'hand.sock'));
