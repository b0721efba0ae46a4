import { z } from 'zod';

/** A place to send people back to: https, or plain http on this machine, or an app's own scheme (RFC 8252). */
const redirectUri = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.hash !== '') return false;
  if (url.protocol === 'https:') return true;
  if (url.protocol === 'http:') return ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+:$/.test(url.protocol);
}, 'must be https, http on localhost, or an app scheme in reverse domain order');

/** A key that a program signs with. The private part of it, or a secret, has no business with us. */
const publicKey = z
  .looseObject({ kty: z.enum(['RSA', 'EC', 'OKP'], 'must be RSA, EC or OKP') })
  .refine((key) => !('d' in key), 'must be public: this one has its private part in it');

/** What is known of a program, in the words of RFC 7591. */
export const clientMetadata = z
  .strictObject({
    client_name: z.string().min(1).max(100),
    application_type: z.enum(['web', 'native']).default('web'),
    redirect_uris: z.array(redirectUri).default([]),
    post_logout_redirect_uris: z.array(redirectUri).default([]),
    grant_types: z
      .array(
        z.enum([
          'authorization_code',
          'refresh_token',
          'client_credentials',
          'urn:ietf:params:oauth:grant-type:device_code',
        ]),
      )
      .min(1),
    response_types: z.array(z.literal('code')).default([]),
    token_endpoint_auth_method: z.enum(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt']),
    jwks: z.object({ keys: z.array(publicKey).min(1) }).optional(),
    jwks_uri: z.url({ protocol: /^https$/ }).optional(),
  })
  .refine(
    ({ token_endpoint_auth_method: method, jwks, jwks_uri: uri }) =>
      method === 'private_key_jwt' ? (jwks === undefined) !== (uri === undefined) : true,
    { path: ['jwks'], message: 'private_key_jwt needs jwks or jwks_uri, one of them' },
  );

export type ClientMetadata = z.output<typeof clientMetadata>;

/**
 * What else a program has to say to be of use: the provider refuses every request of one that does not, and tells it to
 * the program instead of to who registers it.
 */
export const usableMetadata = clientMetadata.superRefine((metadata, context) => {
  const refuse = (path: keyof ClientMetadata, message: string): void =>
    context.addIssue({ code: 'custom', path: [path], message });
  const { grant_types: grants, redirect_uris: uris } = metadata;
  const signsIn = grants.includes('authorization_code');
  if (signsIn && uris.length === 0) refuse('redirect_uris', 'authorization_code needs at least one');
  if (signsIn !== metadata.response_types.includes('code'))
    refuse('response_types', signsIn ? 'authorization_code needs ["code"]' : 'code needs the grant authorization_code');
  if (grants.includes('client_credentials') && metadata.token_endpoint_auth_method === 'none')
    refuse('token_endpoint_auth_method', 'client_credentials needs one that proves who asks');
  if (metadata.application_type === 'web' && uris.some((uri) => !/^https?:/.test(uri)))
    refuse('redirect_uris', 'an app scheme needs application_type "native"');
});
