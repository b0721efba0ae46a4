import { rmSync } from 'node:fs';

export default async () => {
  await globalThis.stopSupergraphTestServices?.();
  rmSync(globalThis.supergraphTestFolder, { recursive: true, force: true });
};
