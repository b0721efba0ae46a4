/**
 * Every code that a WebSocket of a client is closed with. Those from 4400 to 4500 are of the graphql-transport-ws protocol
 * and mostly sent by graphql-ws; the table in docs/subscriptions.md is compared with this one by a test. `retry` says what
 * graphql-ws clients do: some codes are fatal for them.
 */
export const closeCodes = {
  goingAway: { code: 1001, reason: 'Going away', retry: true },
  messageTooLarge: { code: 1009, reason: '', retry: false },
  identityUnavailable: { code: 1013, reason: 'IDENTITY_UNAVAILABLE', retry: true },
  overflow: { code: 1013, reason: 'SUBSCRIPTION_OVERFLOW', retry: true },
  badMessage: { code: 4400, reason: 'Invalid message received', retry: false },
  unauthorized: { code: 4401, reason: 'Unauthorized', retry: false },
  tokenInvalid: { code: 4401, reason: 'TOKEN_INVALID', retry: false },
  tokenRevoked: { code: 4401, reason: 'TOKEN_REVOKED', retry: false },
  tokenExpired: { code: 4403, reason: 'TOKEN_EXPIRED', retry: true },
  rightsChanged: { code: 4403, reason: 'RIGHTS_CHANGED', retry: true },
  subprotocol: { code: 4406, reason: 'Subprotocol not acceptable', retry: false },
  initTimeout: { code: 4408, reason: 'Connection initialisation timeout', retry: true },
  subscriberExists: { code: 4409, reason: 'Subscriber for <id> already exists', retry: false },
  tooManyInits: { code: 4429, reason: 'Too many initialisation requests', retry: false },
  internal: { code: 4500, reason: 'Internal server error <errorId>', retry: false },
} as const;
