import type { CommandOutcome } from '@supergraph/service-kit';
import type { Audit } from '../audit/createAudit.ts';
import type { Clients, KnownClient } from '../clients/createClients.ts';
import type { PublishedKey, SigningKeys } from '../keys/signingKeys.ts';
import type { IdentityCommand } from './commandLine.ts';
import { readRegistration } from './readRegistration.ts';

export type IdentityCommandDeps = Readonly<{
  clients: Clients;
  keys: SigningKeys;
  audit: Audit;
  /** How long a new key is published before it signs. */
  leadSeconds: number;
  /** The text of a file. */
  readFile: (path: string) => string;
  /** Whether gateways hear of what was revoked: waits a moment for identity to tell them. */
  areTold: () => Promise<boolean>;
}>;

/**
 * Does what was asked on the command line. What is not in force yet is not `ok`.
 *
 * @throws Error with a sentence for people when something is refused, or what the database throws
 */
export const runIdentityCommand = async (
  command: IdentityCommand,
  deps: IdentityCommandDeps,
): Promise<CommandOutcome> => {
  const { clients, keys, audit } = deps;
  switch (command.name) {
    case 'clients list':
      return output((await clients.list()).map(clientLine), 'No program is registered.');
    case 'clients register':
      return register(command.file, deps);
    case 'clients rotate-secret':
      return {
        ok: true,
        output: await clients.rotateSecret(command.id, command.overlapSeconds),
        note: `The new secret of ${command.id}, shown this once. Those before it hold for ${command.overlapSeconds} seconds.`,
      };
    case 'clients disable':
      return (await clients.disable(command.id))
        ? inForce(`${command.id} is disabled`, deps)
        : { ok: true, note: `${command.id} was disabled already.` };
    case 'clients enable':
      return {
        ok: true,
        note: (await clients.enable(command.id))
          ? `${command.id} may ask for tokens again. People have to allow it anew.`
          : `${command.id} is not disabled.`,
      };
    case 'keys list':
      return output((await keys.list()).map(keyLine), 'There is no key yet; identity makes one when it starts.');
    case 'keys rotate':
      return { ok: true, note: `${await keys.rotate()} is published, and signs in ${deps.leadSeconds} seconds.` };
    case 'keys withdraw': {
      const signs = await keys.withdraw(command.kid);
      return inForce(`${command.kid} is withdrawn, and ${signs} signs`, deps);
    }
    case 'audit': {
      const entries = await audit.read(command);
      const lines = entries.map(
        ({ type, data: { at, ...data } }) => `${String(at)}  ${type.padEnd(22)}  ${JSON.stringify(data)}`,
      );
      return output(
        lines,
        command.subject === null ? 'Nothing has happened yet.' : `Nothing about ${command.subject}.`,
      );
    }
  }
};

const output = (lines: readonly string[], otherwise: string): CommandOutcome =>
  lines.length === 0 ? { ok: true, note: otherwise } : { ok: true, output: lines.join('\n') };

const register = async (file: string, { clients, readFile }: IdentityCommandDeps): Promise<CommandOutcome> => {
  const registration = readRegistration(file, readFile);
  const secret = await clients.register(registration);
  const { id } = registration;
  const disabled = (await clients.list()).some((client) => client.id === id && client.disabled);
  const note = `${id} is registered${disabled ? ', but disabled: clients enable' : ''}.`;
  return secret === null
    ? { ok: true, note }
    : { ok: true, note: `${note} Its secret, shown this once:`, output: secret };
};

/** The change is made; whether those who go by it know is another thing. */
const inForce = async (done: string, { areTold }: IdentityCommandDeps): Promise<CommandOutcome> =>
  (await areTold())
    ? { ok: true, note: `${done}. Gateways were told to refuse its tokens.` }
    : {
        ok: false,
        note:
          `${done}, but gateways do not know it: identity does not run, or Redis does not answer. ` +
          'They are told as soon as both do; until then they accept its tokens, for 15 minutes at most. Nothing is to be repeated.',
      };

const clientLine = ({ id, name, method, firstParty, scopes, quotaTier, secrets, disabled }: KnownClient): string =>
  [
    id.padEnd(20),
    disabled ? 'disabled' : 'in use  ',
    firstParty ? 'first party' : `scopes: ${scopes.join(' ') || 'none'}`,
    `tier: ${quotaTier}`,
    method.startsWith('client_secret') ? `${method} (${secrets} in force)` : method,
    JSON.stringify(name),
  ].join('  ');

const keyLine = ({ kid, state, signsAt, withdrawnAt }: PublishedKey): string => {
  const signs = { signs: 'signs since', next: 'will sign from', previous: 'signs no more; did from' }[state];
  return `${kid}  ${signs} ${signsAt}${withdrawnAt === null ? '' : `, is published until ${withdrawnAt}`}`;
};
