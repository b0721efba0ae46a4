import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { explorerPage } from './explorerPage.ts';
import { signInScript } from './signInScript.ts';

const require = createRequire(import.meta.url);

/** The page's scripts and styles, from the installed packages: the explorer works without the internet. */
const assets = {
  '/explorer/react.js': ['react', 'umd/react.production.min.js', 'text/javascript'],
  '/explorer/react-dom.js': ['react-dom', 'umd/react-dom.production.min.js', 'text/javascript'],
  '/explorer/graphiql.js': ['graphiql', 'graphiql.min.js', 'text/javascript'],
  '/explorer/graphiql.css': ['graphiql', 'graphiql.min.css', 'text/css'],
} as const;

/** By way of package.json: React's `exports` hide its browser builds. */
const fileOf = (packageName: string, file: string): string =>
  join(dirname(require.resolve(`${packageName}/package.json`)), file);

/** Serves GraphiQL at `/`, with a sign-in where there is an identity service. Only called in development. */
export const addExplorer = (
  app: FastifyInstance,
  schema: () => GraphQLSchema,
  options: Readonly<{ signIn: boolean }>,
): void => {
  app.get('/', async (_request, reply) => reply.type('text/html; charset=utf-8').send(explorerPage(schema(), options)));
  if (options.signIn)
    app.get('/explorer/sign-in.js', async (_request, reply) =>
      reply.type('text/javascript; charset=utf-8').send(signInScript),
    );
  for (const [path, [packageName, file, type]] of Object.entries(assets)) {
    app.get(path, async (_request, reply) =>
      reply
        .type(`${type}; charset=utf-8`)
        .header('cache-control', 'public, max-age=3600')
        .send(readFileSync(fileOf(packageName, file))),
    );
  }
};
