import { createHmac, timingSafeEqual } from 'node:crypto';
import { DomainError } from '@supergraph/errors';
import { z } from 'zod';

/** How far each shard of a log was read. */
export type Positions = Readonly<Record<string, number>>;

/**
 * What a cursor holds for, in any JSON: the root field with its arguments, and which events it leads through. It is not
 * in the cursor but authenticated with it, so a cursor of another operation, or of somebody else, does not verify.
 */
export type CursorScope = Readonly<Record<string, unknown>>;

export type Cursors = Readonly<{
  /** The same text for the same positions and scope, whoever asks: those who follow the same may share it. */
  write: (positions: Positions) => string;
  /** @throws DomainError SUBSCRIPTION_CURSOR_INVALID for anything that `write` did not make for this scope */
  read: (cursor: string) => Positions;
}>;

const version = '1';

/** Bytes of the MAC that are kept; RFC 2104, section 5, asks for at least half of them. */
const macBytes = 16;

const positionsSchema = z.record(z.string(), z.int().nonnegative());

/** What clients may do about a cursor that leads nowhere: begin with the state as it is now. */
export const offerSnapshot = { snapshot: true } as const;

/**
 * Cursors for one scope: `1.<positions>.<MAC>`, in base64url. A cursor is a place and no right: whoever presents one
 * sees what they may see now. Versioned, so that another form can be introduced while old cursors are about.
 */
export const createCursors = (key: Buffer, scope: CursorScope): Cursors => {
  const context = canonical(scope);
  const mac = (payload: string): Buffer =>
    createHmac('sha256', key).update(`${version}\n${context}\n${payload}`).digest().subarray(0, macBytes);

  return {
    write: (positions) => {
      const payload = Buffer.from(canonical(positions)).toString('base64url');
      return `${version}.${payload}.${mac(payload).toString('base64url')}`;
    },
    read: (cursor) => {
      const [given, payload, signature, ...more] = cursor.split('.');
      if (given !== version || payload === undefined || signature === undefined || more.length > 0) throw invalid();
      const claimed = Buffer.from(signature, 'base64url');
      if (claimed.length !== macBytes || !timingSafeEqual(claimed, mac(payload))) throw invalid();
      return positionsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    },
  };
};

/** The refusal of a cursor that is not one of ours, or not one for this. */
export const invalid = (): DomainError =>
  new DomainError('SUBSCRIPTION_CURSOR_INVALID', 'This cursor does not belong to this subscription.', offerSnapshot);

/** One text for one value: the order of keys makes no difference, and null is as good as absent. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, nested: unknown) =>
    typeof nested === 'object' && nested !== null && !Array.isArray(nested)
      ? Object.fromEntries(
          Object.entries(nested)
            .filter(([, item]) => item !== null && item !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : nested,
  );
