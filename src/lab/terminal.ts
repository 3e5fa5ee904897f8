/**
 * Connects the terminal to a host: by ssh, or to its serial console until Ctrl-].
 */
import { spawn } from 'node:child_process';
import { createConnection } from 'node:net';
import { constants } from 'node:os';
import { childEnvironment } from '../shared/child-environment.js';
import { sshArguments, type ShellAddress } from './host-shell.js';

/** Resolves with ssh's exit code. */
export function openShell(address: ShellAddress, command: readonly string[]): Promise<number> {
  const child = spawn('ssh', [...sshArguments(address, false), ...command], {
    stdio: 'inherit',
    env: childEnvironment(process.env, { TERM: process.env['TERM'] }),
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

const leave = 0x1d;

/** Resolves when the user leaves, the input ends, or the host has ended. */
export function openConsole(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const { stdin, stdout } = process;
    const socket = createConnection(path);
    const isTerminal = stdin.isTTY;
    const end = (error?: Error): void => {
      if (isTerminal) stdin.setRawMode(false);
      stdin.pause();
      socket.destroy();
      if (error === undefined) resolve();
      else reject(error);
    };
    socket.once('connect', () => {
      if (isTerminal) stdin.setRawMode(true);
      socket.write('\r');
    });
    socket.on('data', (data) => stdout.write(data));
    socket.once('error', end);
    socket.once('close', () => end());
    stdin.on('data', (data: Buffer) => (data.includes(leave) ? end() : socket.write(data)));
    stdin.once('end', () => end());
  });
}
