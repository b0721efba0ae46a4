import { generateSecret, generateURI, verify } from 'otplib';

/** Time-based one-time passwords (RFC 6238) as the architecture wants them. */
const parameters = { algorithm: 'sha256', digits: 6, period: 30 } as const;

/** How far the clock of a telephone may be off, in seconds: one step to either side. */
const tolerance = 30;

/** 32 bytes, the length of the hash (RFC 4226, section 4), in Base32. */
export const newTotpSecret = (): string => generateSecret({ length: 32 });

/** What the QR code says to an authenticator app. */
export const totpUri = (secret: string, email: string): string =>
  generateURI({ ...parameters, issuer: 'Commerce Supergraph', label: email, secret });

/**
 * @param after the last step that was used; codes of it and of earlier ones are refused
 * @returns the step of the code, or null when it is wrong, late, or was used before
 */
export const readTotpCode = async (
  secret: string,
  code: string,
  after: number | null,
  now: number = Date.now(),
): Promise<number | null> => {
  const token = code.replaceAll(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return null;
  const result = await verify({
    ...parameters,
    secret,
    token,
    epoch: Math.floor(now / 1000),
    epochTolerance: tolerance,
    ...(after !== null && { afterTimeStep: after }),
  });
  return result.valid && 'timeStep' in result ? result.timeStep : null;
};
