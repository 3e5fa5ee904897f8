#!/usr/bin/env node
// What checks.py asks of the guest that checks-vm.mjs has booted: ask.mjs SOCKET WORD...
import { connect } from 'node:net';

const [path, ...words] = process.argv.slice(2);
const socket = connect(path);
socket.end(`${words.join(' ')}\n`);
socket.pipe(process.stdout);
