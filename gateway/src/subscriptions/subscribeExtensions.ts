import { z } from 'zod';

/** What of `extensions` is about places (DESIGN, the cursor protocol); everything else is left alone. */
const schema = z
  .object({
    /** null: begin now, and tell me where that is. */
    cursor: z.string().max(1_000).nullish(),
    snapshot: z.boolean().nullish(),
  })
  .nullish();

export type SubscribeExtensions = Readonly<{ cursor: string | null | undefined; snapshot: boolean }>;

/** Reads the extensions of a subscribe; undefined when a cursor is not even a text. */
export const readSubscribeExtensions = (extensions: unknown): SubscribeExtensions | undefined => {
  const parsed = schema.safeParse(extensions);
  if (!parsed.success) return undefined;
  const { cursor, snapshot } = parsed.data ?? {};
  return { cursor, snapshot: snapshot ?? false };
};
