import { connect } from 'node:net';

const usualPorts: Readonly<Record<string, number>> = {
  'postgres:': 5432,
  'postgresql:': 5432,
  'redis:': 6379,
  'rediss:': 6379,
};
const patienceMs = 5_000;

type Place = Readonly<{ host: string; port: number }>;

/**
 * Which external services do not answer, before anything is started that needs them: one line for each, with its variable.
 * Of several addresses (a cluster) one is enough. Names no user and no password.
 *
 * @param given URLs of PostgreSQL and Redis, and KAFKA_BROKERS, by variable
 */
export const unanswered = async (given: Readonly<Record<string, string>>): Promise<readonly string[]> => {
  const problems = await Promise.all(
    Object.entries(given).map(async ([variable, text]) => {
      const places = text.split(',').map((part) => placeOf(part.trim()));
      if (places.includes(null)) return `${variable} is no address that can be read.`;
      const known = places.filter((place): place is Place => place !== null && place.host !== '');
      // A socket in the file system is not looked at.
      if (known.length < places.length) return null;
      const reasons = await Promise.all(known.map(refusalOf));
      return reasons.includes(null) ? null : `${variable}: nothing answers at ${reasons.join(', ')}.`;
    }),
  );
  return problems.filter((problem) => problem !== null);
};

const placeOf = (text: string): Place | null => {
  try {
    const { hostname, port, protocol } = new URL(text.includes('://') ? text : `kafka://${text}`);
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    return { host, port: Number(port) || (usualPorts[protocol] ?? 9092) };
  } catch {
    return null;
  }
};

/** Why nobody listens at a place, or null when somebody does. */
const refusalOf = ({ host, port }: Place): Promise<string | null> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: patienceMs });
    const end = (reason: string | null): void => {
      socket.destroy();
      resolve(reason === null ? null : `${host}:${port} (${reason})`);
    };
    socket.once('connect', () => end(null));
    socket.once('timeout', () => end('no answer'));
    socket.once('error', (error) => end('code' in error ? String(error.code) : error.message));
  });
