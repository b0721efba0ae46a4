import type { Db } from '@supergraph/postgres';
import type { Secrets } from '../secrets.ts';
import { saveClient, type NewClient } from './saveClient.ts';

const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code' as const;

/** The secret of the demo partner; everybody can read it. */
export const demoPartnerSecret = 'demo-secret-of-the-partner';

/** One program of each kind, to try things with. */
const demoClients = (issuer: string): readonly NewClient[] => [
  {
    id: 'explorer',
    metadata: {
      client_name: 'Graph explorer',
      application_type: 'web',
      redirect_uris: [new URL('/', issuer).href, new URL('/live', issuer).href],
      post_logout_redirect_uris: [new URL('/', issuer).href],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    firstParty: true,
    scopes: [],
    quotaTier: 'standard',
  },
  {
    id: 'demo-cli',
    metadata: {
      client_name: 'Demo on the command line',
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/callback'],
      post_logout_redirect_uris: [],
      grant_types: ['authorization_code', 'refresh_token', deviceCode],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    firstParty: true,
    scopes: [],
    quotaTier: 'standard',
  },
  {
    id: 'demo-partner',
    metadata: {
      client_name: 'Demo partner',
      application_type: 'web',
      redirect_uris: [],
      post_logout_redirect_uris: [],
      grant_types: ['client_credentials'],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_basic',
    },
    firstParty: false,
    scopes: ['order:read', 'payment:read'],
    quotaTier: 'partner',
  },
];

/** Registers the demo programs; for installations with DEMO_DATA only. */
export const seedDemoClients = (db: Db, secrets: Pick<Secrets, 'hash'>, issuer: string): Promise<void> =>
  db.transaction(async (tx) => {
    for (const client of demoClients(issuer)) await saveClient(tx, client);
    await tx.query('INSERT INTO client_secrets (client_id, hash) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      'demo-partner',
      secrets.hash(demoPartnerSecret),
    ]);
  });
