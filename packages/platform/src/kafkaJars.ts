import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ambient } from './config.ts';
import { versions } from './topology.ts';

const pom = fileURLToPath(new URL('../kafka/pom.xml', import.meta.url));

/**
 * The folder with the broker's jars, resolved by Maven the first time. The tests and `npm start` share it. It gets its
 * name (the version) only when it is complete, so half a download is never taken for a broker.
 */
export const kafkaJars = async (libraryDir: string, progress: (line: string) => void): Promise<string> => {
  const complete = join(libraryDir, versions.kafka);
  if (existsSync(complete)) return complete;

  progress(`Kafka ${versions.kafka}: downloading the broker with Maven (about 45 MB, once)`);
  mkdirSync(libraryDir, { recursive: true });
  const partial = join(libraryDir, `.partial-${process.pid}`);
  try {
    await copyDependencies(partial);
    if (!existsSync(complete)) renameSync(partial, complete);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return complete;
};

const copyDependencies = (outputDirectory: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const maven = spawn(
      'mvn',
      [
        '-B',
        '-ntp',
        '-f',
        pom,
        'dependency:copy-dependencies',
        '-DincludeScope=runtime',
        `-DoutputDirectory=${outputDirectory}`,
      ],
      { cwd: dirname(pom), env: ambient(), stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const output: string[] = [];
    maven.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    maven.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    maven.once('error', reject);
    maven.once('exit', (code) => {
      if (code === 0) resolve();
      else
        reject(new Error(`Maven could not resolve the Kafka broker (code ${code}).\n${output.join('').slice(-4000)}`));
    });
  });
