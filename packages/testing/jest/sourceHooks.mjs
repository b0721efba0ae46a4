/**
 * Module hooks that let plain Node run the workspaces from source, as the tests do: Jest transforms test files, but its
 * global set-up runs outside of that. Workspaces resolve to `src/`, and TypeScript is stripped by swc.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';

export const resolve = (specifier, context, next) =>
  next(specifier, { ...context, conditions: [...context.conditions, '@supergraph/source'] });

export const load = async (url, context, next) => {
  if (!url.endsWith('.ts')) return next(url, context);
  const source = await readFile(fileURLToPath(url), 'utf8');
  const { code } = await transform(source, {
    filename: fileURLToPath(url),
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
    sourceMaps: 'inline',
    swcrc: false,
  });
  return { format: 'module', source: code, shortCircuit: true };
};
