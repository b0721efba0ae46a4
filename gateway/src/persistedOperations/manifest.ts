import { createHash } from 'node:crypto';
import { z } from 'zod';

export const operationTypes = ['query', 'mutation', 'subscription'] as const;
export type OperationType = (typeof operationTypes)[number];

/** An operation as a client registers it. */
export type RegisteredOperation = Readonly<{ id: string; name: string; type: OperationType; body: string }>;

/**
 * What `@apollo/generate-persisted-query-manifest`, Apollo Kotlin and Apollo iOS write. Keys beside these, such as a
 * `clientName`, are not believed: the list belongs to the client it is published for.
 */
const manifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z
    .array(
      z.object({
        id: z.string().regex(/^[\w.:+/=-]{1,256}$/, 'must be up to 256 letters, digits and .:+/=_-'),
        name: z.string().min(1).max(256),
        type: z.enum(operationTypes),
        body: z.string().min(1).max(200_000),
      }),
    )
    .min(1)
    .max(10_000),
});

/** The operations, or what is wrong with the manifest: one readable text for each problem. */
export type Manifest =
  | Readonly<{ ok: true; operations: readonly RegisteredOperation[] }>
  | Readonly<{ ok: false; problems: readonly string[] }>;

/** Reads a manifest's text. */
export const readManifest = (text: string): Manifest => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return {
      ok: false,
      problems: [`the manifest is not JSON: ${error instanceof Error ? error.message : String(error)}`],
    };
  }
  const parsed = manifest.safeParse(json);
  if (!parsed.success) {
    return {
      ok: false,
      problems: parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'manifest'}: ${message}`),
    };
  }
  const { operations } = parsed.data;
  const seen = new Set<string>();
  const twice = operations.filter(({ id }) => seen.size === seen.add(id).size).map(({ id }) => `${id}: is there twice`);
  return twice.length === 0 ? { ok: true, operations } : { ok: false, problems: twice };
};

/** The hash by which automatic persisted queries name a document. */
export const sha256Of = (document: string): string => createHash('sha256').update(document).digest('hex');
