import type { CommandLine } from '@supergraph/service-kit';
import { parseArgs } from 'node:util';
import { everybody } from './createOperationStore.ts';

/** What can be asked of `npm run persisted-operations`. */
export type OperationsCommand =
  | Readonly<{ name: 'publish'; clientId: string; manifest: string; supergraph: string | undefined; force: boolean }>
  | Readonly<{ name: 'diff'; clientId: string; manifest: string }>
  | Readonly<{ name: 'list'; clientId: string | undefined }>
  | Readonly<{ name: 'revoke'; clientId: string; ids: readonly string[] | null }>
  | Readonly<{ name: 'check'; supergraph: string | undefined; force: boolean }>;

const help = `Usage: npm run persisted-operations -- COMMAND [options]

Operations that clients register. A partner (a program with a token of its own, without a user) may run those of its
client_id and nothing else; gateways follow a change within a second or two.

  publish --client ID MANIFEST   add operations to a client's list, and replace those with the same id; all or none.
                                 MANIFEST is what @apollo/generate-persisted-query-manifest writes
  diff --client ID MANIFEST      what publishing would change
  list [--client ID]             what is registered
  revoke --client ID --id ID…    take operations from a list; --all takes every one
  check                          whether everything that is registered fits the supergraph

  --public           instead of --client: the list of our own clients, which everybody but partners may use by id
  --supergraph FILE  what operations are compared with (default gateway/supergraph.graphql)
  --force            publish or accept what does not fit; it is written down in persisted_operations_log
  --help             print this

DATABASE_URL_GATEWAY says which installation; without it, that of npm start. Ends with 1 when something was refused.
`;

const usage = (problem: string): CommandLine<OperationsCommand> => ({ print: `${problem}\n\n${help}`, exitCode: 2 });

/** Reads the command line's arguments (without node and the script). Never throws. */
export const parseOperationsCommand = (args: readonly string[]): CommandLine<OperationsCommand> => {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      options: {
        client: { type: 'string' },
        public: { type: 'boolean', default: false },
        id: { type: 'string', multiple: true },
        all: { type: 'boolean', default: false },
        supergraph: { type: 'string' },
        force: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
  } catch (error) {
    return usage(
      typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error),
    );
  }
  const { values, positionals } = parsed;
  const [name, manifest, ...rest] = positionals;
  if (values.help) return { print: help, exitCode: 0 };
  if (values.public && values.client !== undefined) return usage('--public and --client exclude each other.');
  const clientId = values.public ? everybody : values.client;
  const { supergraph, force } = values;

  switch (name) {
    case 'publish':
    case 'diff':
      if (clientId === undefined || manifest === undefined || rest.length > 0) {
        return usage(`${name} needs --client and one manifest.`);
      }
      return { run: name === 'diff' ? { name, clientId, manifest } : { name, clientId, manifest, supergraph, force } };
    case 'list':
      return { run: { name, clientId } };
    case 'revoke':
      if (clientId === undefined || values.all === (values.id !== undefined)) {
        return usage('revoke needs --client, and either --id or --all.');
      }
      return { run: { name, clientId, ids: values.id ?? null } };
    case 'check':
      return { run: { name, supergraph, force } };
    case undefined:
      return usage('Which command?');
    default:
      return usage(`There is no command ${name}.`);
  }
};
