import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRevocationSet, revoked } from '@supergraph/auth';
import { createAuthenticate } from '@supergraph/gateway';

/** What verifying access tokens costs the gateway, in CPU time for each request. It reports; it asserts nothing. */
const clients = 1_000;
const requests = 1_000_000;
const firsts = 2_000;

const issuer = 'http://localhost:4000';
const audience = 'commerce-supergraph';
const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
const jwks = join(mkdtempSync(join(tmpdir(), 'bench-tokens-')), 'jwks.json');
writeFileSync(
  jwks,
  JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] }),
);

const headerOf = async (nth: number): Promise<string> => {
  const token = await new SignJWT({
    client_id: 'web',
    scope: '',
    roles: ['customer'],
    acr: 'a',
    amr: ['pwd'],
    grant_id: `g${nth}`,
  })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(`user ${nth}`)
    .setJti(`token ${nth}`)
    .setIssuedAt()
    .setExpirationTime('15m')
    .sign(privateKey);
  return `Bearer ${token}`;
};
const headers = await Promise.all(Array.from({ length: firsts }, (_, nth) => headerOf(nth)));
const revocations = createRevocationSet();
for (let nth = 0; nth < 10_000; nth += 1) revocations.add({ member: revoked.token(`other ${nth}`), until: Infinity });
const authenticate = createAuthenticate(
  { jwks, issuer, audience },
  { revocations: { endOf: revocations.endOf, watch: () => () => {} } },
);

const cpuOf = async (times: number, work: (nth: number) => unknown): Promise<number> => {
  const before = process.cpuUsage();
  for (let nth = 0; nth < times; nth += 1) await work(nth);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / times;
};

const first = await cpuOf(firsts, (nth) => authenticate(headers[nth]));
const again = await cpuOf(requests, (nth) => authenticate(headers[nth % clients]));
console.log(`token verification, ${cpus().length} cores, Node ${process.versions.node}; CPU time for each request`);
console.log(`  a token for the first time (RS256, 2048 bits):         ${first.toFixed(4)} ms`);
console.log(`  a token that is known, ${clients} clients, 10,000 revoked: ${again.toFixed(5)} ms`);
console.log(
  `  at 100 requests with each token:                       ${((first + 99 * again) / 100).toFixed(5)} ms (goal: under 0.1)`,
);
