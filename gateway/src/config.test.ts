import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCommandLine } from './commandLine.ts';
import { limitsConfig } from './limits/limitsConfig.ts';
import { loadConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
const supergraph = join(folder, 'supergraph.graphql');
writeFileSync(supergraph, '');
const yaml = (text: string): string => {
  const file = join(folder, `${Math.random()}.yaml`);
  writeFileSync(file, text);
  return file;
};

describe('the command line', () => {
  test('names the supergraph, the port and the configuration file', () => {
    expect(parseCommandLine(['--supergraph', 'a.graphql', '--port', '5', '--config=c.yaml'])).toEqual({
      run: { supergraph: 'a.graphql', port: '5', config: 'c.yaml' },
    });
  });

  test('explains itself with --help', () => {
    expect(parseCommandLine(['--help'])).toEqual({ exitCode: 0, print: expect.stringContaining('--supergraph FILE') });
  });

  test.each([[['--sypergraph', 'a']], [['extra']], [['--port']]])('refuses %j with a reason and code 2', (args) => {
    expect(parseCommandLine(args)).toEqual({
      exitCode: 2,
      print: expect.stringMatching(/^(Unknown option|Unexpected argument|Option)[^]*Usage/),
    });
  });
});

describe('the configuration', () => {
  test('needs nothing but a file to serve any supergraph', () => {
    expect(loadConfig({ supergraph, port: '5001' }, {})).toMatchObject({
      port: 5001,
      metricsPort: null,
      authentication: null,
      viewerPrivateKey: null,
      headers: { propagate: [] },
      timeouts: { connectSeconds: 30, readSeconds: 60 },
      limits: limitsConfig.parse({}),
      introspection: true,
      explorer: true,
    });
  });

  test('takes the command line over the environment over the file over defaults', () => {
    const config = yaml(
      'introspection: true\nheaders: { propagate: [x-tenant] }\ncors: { origins: ["https://file.example"] }\nroutingUrls: { users: "http://file:1/", order-history: "http://file:2/" }\n',
    );
    const env = {
      NODE_ENV: 'production',
      PORT_GATEWAY: '1',
      HOST: '0.0.0.0',
      CORS_ORIGINS: 'https://env.example',
      ROUTING_URL_USERS: 'http://env:1/',
    };
    expect(loadConfig({ supergraph, port: '2', config }, env)).toMatchObject({
      port: 2,
      host: '0.0.0.0',
      corsOrigins: ['https://env.example'],
      routingUrls: { USERS: 'http://env:1/', ORDER_HISTORY: 'http://file:2/' },
      headers: { propagate: ['x-tenant'] },
      introspection: true,
      explorer: false,
    });
  });

  test('verifies tokens only when it knows the keys', () => {
    expect(loadConfig({ supergraph }, { JWKS: 'http://id/jwks' }).authentication).toEqual({
      jwks: 'http://id/jwks',
      issuer: 'http://localhost:4000',
      audience: 'commerce-supergraph',
    });
  });

  test.each([
    [
      'a supergraph that is not there',
      { supergraph: '/nowhere.graphql' },
      {},
      '--supergraph: there is no /nowhere.graphql',
    ],
    ['a port that is none', { supergraph, port: 'x' }, {}, 'PORT_GATEWAY: must be a port number'],
    ['a routing url that is none', { supergraph }, { ROUTING_URL_USERS: 'x' }, 'ROUTING_URL_USERS: must be a URL'],
    ['the commerce graph without a key to sign viewers', {}, {}, 'VIEWER_PRIVATE_KEY: is required'],
    ['a key of the file that is not known', { supergraph, config: yaml('heders: {}') }, {}, 'heders'],
    [
      'a header that only the gateway may set',
      { supergraph, config: yaml('headers: { propagate: [X-Viewer] }') },
      {},
      'headers.propagate.0',
    ],
    [
      'tokens that are verified and sent on',
      { supergraph, config: yaml('headers: { propagate: [Authorization] }') },
      { JWKS: 'x' },
      'headers.propagate',
    ],
    ['a file that is not there', { supergraph, config: '/nowhere.yaml' }, {}, '/nowhere.yaml'],
  ])('refuses %s and says so', (_name, commandLine, env, problem) => {
    expect(() => loadConfig(commandLine, env)).toThrow(problem);
  });
});
