import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createDb } from '@supergraph/postgres';
import { ConfigError } from '@supergraph/config';
import { createLogger } from '@supergraph/service-kit';
import { z } from 'zod';
import { createAudit } from './audit/createAudit.ts';
import { createClients } from './clients/createClients.ts';
import { loadCommandConfig } from './config.ts';
import { createSigningKeys } from './keys/signingKeys.ts';

const help = `Usage: npm run identity -- <command>

  clients register FILE                       registers the program that FILE (JSON) describes, or changes it; prints
                                              the secret of a new one, this once
  clients rotate-secret ID [--overlap SECONDS]  another secret; those before it hold on for the overlap (a day)
  clients disable ID                          no more tokens for it
  audit [ID] [--limit N]                      sign-ins, failures and changes, of a person or a program, the newest first
  keys list                                   the keys that are published, the one that signs first
  keys withdraw KID                           refuses every token of a key, at once; another one signs
  keys rotate                                 a new signing key: published now, signing after KEY_LEAD_SECONDS

FILE: { "id": "warehouse", "scopes": ["order:read"], "quotaTier": "partner", "metadata": { "client_name": "Warehouse",
        "grant_types": ["client_credentials"], "token_endpoint_auth_method": "client_secret_basic" } }
`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const run = async (
  args: readonly string[],
  { overlap, limit }: Readonly<{ overlap: number; limit: number }>,
): Promise<void> => {
  const config = loadCommandConfig();
  const log = createLogger({ service: 'identity', level: 'warn' });
  const db = createDb({ url: config.DATABASE_URL_IDENTITY, applicationName: 'identity command', max: 1, log });
  const secrets = config.IDENTITY_SECRETS;
  const audit = createAudit({ db, log });
  const clients = createClients({ db, secrets, audit, tokenSeconds: config.ACCESS_TOKEN_SECONDS });
  const keys = createSigningKeys({
    db,
    secrets,
    leadSeconds: config.KEY_LEAD_SECONDS,
    tokenSeconds: Math.max(config.ACCESS_TOKEN_SECONDS, config.ID_TOKEN_SECONDS),
  });
  const [noun, verb, subject = ''] = args;
  try {
    if (noun === 'audit') {
      for (const { type, data } of await audit.read({ subject: verb ?? null, limit }))
        say(`${String(data['at'])}  ${type.padEnd(20)} ${JSON.stringify({ ...data, at: undefined })}`);
      return;
    }
    switch (`${noun} ${verb}`) {
      case 'clients register': {
        const secret = await clients.register(JSON.parse(readFileSync(subject, 'utf8')));
        return say(secret === null ? 'Registered.' : `Registered. Its secret, shown this once:\n${secret}`);
      }
      case 'clients rotate-secret':
        return say(await clients.rotateSecret(subject, overlap));
      case 'clients disable':
        await clients.disable(subject);
        return say('Disabled.');
      case 'keys rotate':
        return say(`${await keys.rotate()} is published, and signs in ${config.KEY_LEAD_SECONDS} seconds.`);
      case 'keys list':
        return say((await keys.load()).map(({ kid }) => kid).join('\n'));
      case 'keys withdraw': {
        const signs = await keys.withdraw(subject);
        return say(`${subject} is withdrawn, and its tokens are refused within seconds. ${signs} signs.`);
      }
      default:
        process.exitCode = 2;
        return say(help);
    }
  } finally {
    await db.close();
  }
};

/** What people do to the identity service by hand. */
const { values, positionals } = parseArgs({
  options: {
    help: { type: 'boolean' },
    overlap: { type: 'string', default: '86400' },
    limit: { type: 'string', default: '50' },
  },
  allowPositionals: true,
});
if (values.help === true) say(help);
else
  await run(positionals, { overlap: Number(values.overlap), limit: Number(values.limit) }).catch((error: unknown) => {
    process.exitCode = 1;
    if (error instanceof ConfigError) return say(error.message);
    if (error instanceof z.ZodError)
      return say(error.issues.map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`).join('\n'));
    return say(error instanceof Error ? error.message : String(error));
  });
