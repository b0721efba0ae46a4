import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { encodeCursor, pageArgs, toConnection } from './page.ts';

const refused = (code: string) => expect.objectContaining({ code });

describe('the arguments of a page', () => {
  test('have a default, and null means the same as nothing', () => {
    expect(pageArgs({})).toEqual({ limit: 20, after: null });
    expect(pageArgs({ first: null, after: null })).toEqual({ limit: 20, after: null });
    expect(pageArgs({ first: 100 }).limit).toBe(100);
  });

  test.each([0, -1, 101])('cannot ask for %p rows', (first) =>
    expect(() => pageArgs({ first })).toThrow(refused('PAGE_SIZE_OUT_OF_RANGE')),
  );

  test('give back the sort key that a cursor was made of', () => {
    const key = ['2026-11-23T09:30:00Z', 7, null];
    expect(pageArgs({ after: encodeCursor(key) }).after).toEqual(key);
    expect(encodeCursor(key)).toMatch(/^[\w-]+$/);
  });

  const schema = z.tuple([z.number(), z.string()]);
  test.each<[string, string]>([
    ['that is no base64', '***'],
    ['that is no JSON', Buffer.from('{').toString('base64url')],
    ['that is empty', ''],
    ['of another list', encodeCursor(['name', 'id'])],
    ['that holds an object', Buffer.from('[{"$gt":""}]').toString('base64url')],
  ])('refuse a cursor %s', (_, after) => expect(() => pageArgs({ after }, schema)).toThrow(refused('CURSOR_INVALID')));
});

describe('a connection', () => {
  const rows = ['a', 'b', 'c'];
  const cursorOf = (row: string) => [row];

  test('uses the row too many to tell of a next page, and does not show it', () => {
    expect(toConnection(rows, { limit: 2, after: null }, cursorOf)).toEqual({
      edges: [
        { cursor: encodeCursor(['a']), node: 'a' },
        { cursor: encodeCursor(['b']), node: 'b' },
      ],
      nodes: ['a', 'b'],
      pageInfo: {
        hasNextPage: true,
        hasPreviousPage: false,
        startCursor: encodeCursor(['a']),
        endCursor: encodeCursor(['b']),
      },
    });
  });

  test('on the last page has no next one', () => {
    expect(toConnection(rows, { limit: 3, after: ['0'] }, cursorOf).pageInfo).toMatchObject({
      hasNextPage: false,
      hasPreviousPage: true,
    });
  });

  test('of nothing has no cursors', () => {
    expect(toConnection([], { limit: 3, after: null }, cursorOf).pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: null,
      endCursor: null,
    });
  });

  test('visits every row once, page by page', () => {
    const all = Array.from({ length: 7 }, (_, index) => index);
    const seen: number[] = [];
    let after: string | null = null;
    do {
      const page: { limit: number; after: readonly [number] | null } = pageArgs(
        { first: 3, after },
        z.tuple([z.number()]),
      );
      const from = page.after === null ? 0 : page.after[0] + 1;
      const { edges, pageInfo } = toConnection(all.slice(from, from + page.limit + 1), page, (row) => [row]);
      seen.push(...edges.map(({ node }) => node));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual(all);
  });
});
