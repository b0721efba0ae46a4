/** Runs named steps, two at a time, one line for each: what `check`, `generate` and `fix` are made of. */
import { spawn } from 'node:child_process';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..');

/** A program from node_modules/.bin, or node itself. Rejects with all it printed when it ends with anything but 0. */
export function run(program, ...args) {
  const command = program === 'node' ? process.execPath : path.join(root, 'node_modules/.bin', program);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const printed = [];
    child.stdout.on('data', (chunk) => printed.push(chunk));
    child.stderr.on('data', (chunk) => printed.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      const output = Buffer.concat(printed).toString().trim();
      if (code === 0) resolve(output);
      else reject(new Error(output || `${program} ${args.join(' ')} ended with ${code}`));
    });
  });
}

/**
 * Takes `[{ name, needs?, work }]` and runs each when the steps it needs have ended, well or not. Prints a line for each,
 * and all the output of those that failed. Returns the names of the failed ones.
 */
export async function runSteps(steps, { atOnce = 2 } = {}) {
  const waiting = [...steps];
  const ended = new Set();
  const failed = [];
  const running = new Set();

  const start = (step) => {
    const began = performance.now();
    const report = (mark, text = '') => {
      ended.add(step.name);
      console.log(`${mark} ${step.name} ${((performance.now() - began) / 1000).toFixed(1)} s`);
      if (text) console.log(`\n${text}\n`);
    };
    const promise = Promise.resolve()
      .then(step.work)
      .then(
        () => report('✓'),
        (error) => {
          failed.push(step.name);
          report('✗', error.message);
        },
      )
      .finally(() => running.delete(promise));
    running.add(promise);
  };

  while (waiting.length + running.size > 0) {
    const ready = waiting.findIndex((step) => (step.needs ?? []).every((name) => ended.has(name)));
    if (ready >= 0 && running.size < atOnce) start(...waiting.splice(ready, 1));
    else if (running.size > 0) await Promise.race(running);
    else throw new Error(`These steps wait for each other: ${waiting.map((step) => step.name).join(', ')}`);
  }
  return failed;
}
