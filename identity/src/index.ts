export { createAudit, type Audit } from './audit/createAudit.ts';
export { createClients, type Clients, type Registration } from './clients/createClients.ts';
export { environment, type Config } from './config.ts';
export { pruneExpired } from './storage/prune.ts';
export { createSigningKeys, type SigningKeys } from './keys/signingKeys.ts';
export { readSecrets, type Secrets } from './secrets.ts';
export { startIdentity, type IdentityParts, type IdentityService } from './service.ts';
export type { SmsMessage, SmsSender } from './sms/smsSender.ts';
