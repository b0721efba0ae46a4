export { can, canGrant, covers } from './can.ts';
export { createViewerSigner } from './createViewerSigner.ts';
export type { ViewerSigner, ViewerSignerOptions } from './createViewerSigner.ts';
export { createViewerVerifier } from './createViewerVerifier.ts';
export type { ViewerVerifier, ViewerVerifierOptions } from './createViewerVerifier.ts';
export { anonymous, isSelf, principalSchema, userIdOf } from './principal.ts';
export type { Principal } from './principal.ts';
export {
  acr,
  createRevocationSet,
  grantClaim,
  readRevocationMessage,
  revocableNames,
  revocationList,
  revocationMessage,
  revoked,
  revokedName,
} from './revocations.ts';
export type { Revocation, RevocationSet, TokenEnd, TokenReference } from './revocations.ts';
export { rolePermissions, roles } from './roles.ts';
export type { Permission, Role } from './roles.ts';
export { requireTwoFactors, type StepUpOptions } from './stepUp.ts';
export { canonicalPrincipal, longestViewerLife, viewerHeader, viewerIssuer } from './viewer.ts';
export { findPublicHints } from './findPublicHints.ts';
export { protect } from './protect.ts';
export type { FederationFields, FieldRules, Permissions, Rules } from './protect.ts';
export { allow, and, deny, not, or, permission, rule, signedIn } from './rule.ts';
export type { GuardedContext } from './rule.ts';
export type { Rule } from './graphqlShield.ts';
export type { RuleLog } from './ruleLog.ts';
