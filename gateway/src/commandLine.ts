import { parseArgs } from 'node:util';

/** What can be said on the command line; all of it is optional. */
export type CommandLine = Readonly<{ supergraph?: string; port?: string; host?: string; config?: string }>;

/** Either what was asked for, or a text to print and the code to end with. */
export type ParsedCommandLine = { run: CommandLine } | { print: string; exitCode: 0 | 2 };

const help = `Usage: npm run gateway -- [options]

Serves a federated graph at http://HOST:PORT/graphql, over HTTP and WebSocket (graphql-transport-ws).

  --supergraph FILE  serve this supergraph SDL; reloaded when the file changes, nothing else has to run
                     (without it: the composed commerce graph, gateway/supergraph.graphql)
  --port N           port to listen on (default 4000, or PORT_GATEWAY)
  --host ADDRESS     address to listen on (default 127.0.0.1, or HOST)
  --config FILE      YAML with everything else: headers, cors, timeouts, limits, authentication, routingUrls
  --help             print this

The environment and the file are described in gateway/README.md. The command line wins over the environment,
the environment over the file.
`;

/** Reads the command line's arguments (without node and the script). Never throws. */
export const parseCommandLine = (args: readonly string[]): ParsedCommandLine => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        supergraph: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        config: { type: 'string' },
        help: { type: 'boolean' },
      },
      allowPositionals: false,
    });
    const { help: wantsHelp, ...run } = values;
    return wantsHelp ? { print: help, exitCode: 0 } : { run };
  } catch (error) {
    return { print: `${reasonOf(error)}\n\n${help}`, exitCode: 2 };
  }
};

const reasonOf = (thrown: unknown): string =>
  typeof thrown === 'object' && thrown !== null && 'message' in thrown ? String(thrown.message) : String(thrown);
