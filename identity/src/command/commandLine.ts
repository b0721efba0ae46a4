import type { CommandLine } from '@supergraph/service-kit';
import { parseArgs } from 'node:util';

/** What can be asked of `npm run identity`. */
export type IdentityCommand =
  | Readonly<{ name: 'clients list' }>
  | Readonly<{ name: 'clients register'; file: string }>
  | Readonly<{ name: 'clients rotate-secret'; id: string; overlapSeconds: number }>
  | Readonly<{ name: 'clients disable' | 'clients enable'; id: string }>
  | Readonly<{ name: 'keys list' | 'keys rotate' }>
  | Readonly<{ name: 'keys withdraw'; kid: string }>
  | Readonly<{ name: 'audit'; subject: string | null; limit: number }>;

const help = `Usage: npm run identity -- COMMAND

  clients list                the programs that are registered
  clients register FILE       registers the program that FILE (JSON) describes, or changes it; prints the secret of a
                              new one, this once
  clients rotate-secret ID    prints another secret; those before it hold on for --overlap SECONDS (a day)
  clients disable ID          no more tokens for it; what people have allowed it is gone, and its tokens are refused
                              within seconds
  clients enable ID           a disabled one may ask for tokens again, ten seconds after it was disabled
  keys list                   the keys that are published
  keys rotate                 a new signing key: published now, signing after KEY_LEAD_SECONDS
  keys withdraw KID           refuses every token of a key within seconds; another one signs
  audit [ID]                  sign-ins, failures and changes, of a person or a program, the newest first; --limit N (50)

FILE: { "id": "warehouse", "scopes": ["order:read"], "quotaTier": "partner", "metadata": { "client_name": "Warehouse",
        "grant_types": ["client_credentials"], "token_endpoint_auth_method": "client_secret_basic" } }

DATABASE_URL_IDENTITY and IDENTITY_SECRETS say which installation; without them, that of npm start. Secrets go to the
standard output, everything that is said about them to the other one. Ends with 1 when something was refused or is not
in force yet, and with 2 when the command line is wrong.
`;

const usage = (problem: string): CommandLine<IdentityCommand> => ({ print: `${problem}\n\n${help}`, exitCode: 2 });

const options = { overlap: { type: 'string' }, limit: { type: 'string' }, help: { type: 'boolean' } } as const;

/** The only command that an option is for. */
const commandOf = { overlap: 'clients rotate-secret', limit: 'audit' } as const;

const readCount = (text: string): number | null => (/^\d{1,8}$/.test(text) ? Number(text) : null);

/** Reads the command line's arguments (without node and the script). Never throws. */
export const parseIdentityCommand = (args: readonly string[]): CommandLine<IdentityCommand> => {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help === true) return { print: help, exitCode: 0 };

  const [noun, verb] = positionals;
  if (noun === undefined) return usage('Which command?');
  const name = noun === 'audit' ? noun : [noun, verb].filter((word) => word !== undefined).join(' ');
  const subjects = positionals.slice(noun === 'audit' ? 1 : 2);
  for (const option of ['overlap', 'limit'] as const)
    if (values[option] !== undefined && commandOf[option] !== name)
      return usage(`--${option} is for ${commandOf[option]}.`);
  const overlapSeconds = readCount(values.overlap ?? '86400');
  if (overlapSeconds === null) return usage('--overlap must be a whole number of seconds.');
  const limit = readCount(values.limit ?? '50');
  if (limit === null) return usage('--limit must be a whole number.');

  const withSubject = (what: string, run: (subject: string) => IdentityCommand): CommandLine<IdentityCommand> => {
    const [subject, ...rest] = subjects;
    return subject === undefined || subject === '' || rest.length > 0
      ? usage(`${name} needs one ${what}.`)
      : { run: run(subject) };
  };
  const alone = (run: IdentityCommand): CommandLine<IdentityCommand> =>
    subjects.length > 0 ? usage(`${name} takes no ${subjects[0]}.`) : { run };

  switch (name) {
    case 'clients list':
    case 'keys list':
    case 'keys rotate':
      return alone({ name });
    case 'clients register':
      return withSubject('FILE', (file) => ({ name, file }));
    case 'clients rotate-secret':
      return withSubject('ID', (id) => ({ name, id, overlapSeconds }));
    case 'clients disable':
    case 'clients enable':
      return withSubject('ID', (id) => ({ name, id }));
    case 'keys withdraw':
      return withSubject('KID', (kid) => ({ name, kid }));
    case 'audit':
      return subjects.length > 1
        ? usage('audit takes one ID at most.')
        : { run: { name, subject: subjects[0] ?? null, limit } };
    default:
      return usage(`There is no command ${name}.`);
  }
};
