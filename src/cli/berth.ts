#!/usr/bin/env node
/**
 * The `berth` command as a process.
 */
import { complaintOf, createProgram } from './program.js';

try {
  await createProgram({ environment: process.env, out: (text) => console.log(text) }).parseAsync();
} catch (error) {
  console.error(complaintOf(error));
  process.exitCode = 1;
}
