import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { ambient } from './config.ts';

export type Prerequisite = Readonly<{
  name: string;
  /** Why it is needed, as it ends the sentence "X is missing: ...". */
  purpose: string;
  debianPackage: string;
  brewFormula: string;
  present: () => boolean;
}>;

/** Kafka 4 brokers need Java 17 or later. */
const java: Prerequisite = {
  name: 'Java 17 or later',
  purpose: 'it runs Apache Kafka (not needed when KAFKA_BROKERS is set)',
  debianPackage: 'openjdk-17-jre-headless',
  brewFormula: 'openjdk@17',
  present: () => javaMajor(answerOf('java', ['-version'])) >= 17,
};

const maven: Prerequisite = {
  name: 'Maven',
  purpose: 'it downloads Apache Kafka the first time (not needed when KAFKA_BROKERS is set)',
  debianPackage: 'maven',
  brewFormula: 'maven',
  present: () => answerOf('mvn', ['--version']) !== undefined,
};

const redis: Prerequisite = {
  name: 'redis-server',
  purpose: 'it holds limits, caches and the live fan-out (not needed when REDIS_URL is set)',
  debianPackage: 'redis-server',
  brewFormula: 'redis',
  present: () => answerOf('redis-server', ['--version']) !== undefined,
};

/** Where distributions put Chromium. */
export const chromiumPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
] as const;

/** Only tests need it. */
export const chromium: Prerequisite = {
  name: 'Chromium',
  purpose: 'tests sign in with it as people do',
  debianPackage: 'chromium',
  brewFormula: 'chromium',
  present: () => chromiumPlaces.some((place) => existsSync(place)),
};

export type Needs = Readonly<{ given: Readonly<Record<string, string>>; kafkaJarsPresent: boolean }>;

/** What this machine must have, given which services are external and whether the broker was downloaded before. */
export const prerequisitesFor = ({ given, kafkaJarsPresent }: Needs): readonly Prerequisite[] => [
  ...(given['KAFKA_BROKERS'] === undefined ? [java, ...(kafkaJarsPresent ? [] : [maven])] : []),
  ...(given['REDIS_URL'] === undefined ? [redis] : []),
];

/**
 * Finds what is missing before anything is started. Root on Debian gets it installed; everybody else is told, for all of
 * it at once, what to install. Throws an Error with that text.
 */
export const ensurePrerequisites = async (
  wanted: readonly Prerequisite[],
  progress: (line: string) => void,
): Promise<void> => {
  const missing = wanted.filter((prerequisite) => !prerequisite.present());
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    await installWithApt(missing, progress);
    const still = missing.filter((prerequisite) => !prerequisite.present());
    if (still.length === 0) return;
    throw new Error(missingText(still));
  }
  throw new Error(missingText(missing));
};

/** What a person reads when something is missing. */
export const missingText = (missing: readonly Prerequisite[]): string =>
  [
    ...missing.map(({ name, purpose }) => `${name} is missing: ${purpose}.`),
    '',
    'Install it (Debian, Ubuntu):',
    `  sudo apt-get update && sudo apt-get install -y ${missing.map((one) => one.debianPackage).join(' ')}`,
    'or (macOS):',
    `  brew install ${missing.map((one) => one.brewFormula).join(' ')}`,
    'or run everything in containers:',
    '  docker compose up --build',
  ].join('\n');

/** The major version in the answer of `java -version`: 8 for "1.8.0_292", 17 for "17.0.15"; 0 when there is none. */
export const javaMajor = (answer: string | undefined): number => {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(answer ?? '') ?? [];
  return Number((first === '1' ? second : first) ?? 0);
};

/** What a program wrote, or undefined when it cannot be run. */
const answerOf = (command: string, args: readonly string[]): string | undefined => {
  const outcome = spawnSync(command, args, { encoding: 'utf8', env: ambient() });
  return outcome.status === 0 ? outcome.stdout + outcome.stderr : undefined;
};

const installWithApt = async (missing: readonly Prerequisite[], progress: (line: string) => void): Promise<void> => {
  const packages = missing.map((one) => one.debianPackage);
  progress(`Installing ${packages.join(', ')} with apt-get (once)`);
  await apt(['update']);
  await apt(['install', '-y', '--no-install-recommends', ...packages]);
  progress(`Installed ${packages.join(', ')}`);
};

const apt = (args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    // RUNLEVEL=1: the package would otherwise start a Redis of its own on the usual port.
    const env = { ...ambient(), DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    const child = spawn('apt-get', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output: string[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`apt-get ${args[0]} failed (code ${code}).\n${output.join('').slice(-3000)}`));
    });
  });
