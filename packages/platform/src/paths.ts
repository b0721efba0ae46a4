import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout: this file is in packages/platform/{src,dist}. */
export const rootDir = fileURLToPath(new URL('../../..', import.meta.url));

/** Everything that is made at run time; git-ignored. */
export const dataDir = join(rootDir, '.data');

/** The broker's jars survive `--fresh`: they are a download, not state. */
export const kafkaLibraryDir = join(dataDir, 'kafka-libs');
