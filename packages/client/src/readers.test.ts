import { describe, expect, test } from '@jest/globals';
import { createMultipartReader } from './multipartReader.ts';
import type { Piece, Reader } from './piece.ts';
import { createSseReader } from './sseReader.ts';

/** Whatever the network makes of a text: all at once, or sign by sign. */
const readings = (makeReader: () => Reader, text: string): Piece[][] => {
  const [whole, bitByBit] = [makeReader(), makeReader()];
  return [[...whole(text)], [...text].flatMap((sign) => [...bitByBit(sign)])];
};

const event = { kind: 'next', result: { data: { a: 1 }, extensions: { cursor: 'c1' } } };

describe('Server-Sent Events', () => {
  test('are read as events, places, and the end, however they are cut', () => {
    const text =
      ':\n\nid: c0\n\nid: c1\nevent: next\ndata: {"data":{"a":1},"extensions":{"cursor":"c1"}}\n\n:\n\nevent: complete\ndata:\n\n';
    for (const pieces of readings(createSseReader, text)) {
      expect(pieces).toEqual([{ kind: 'place', cursor: 'c0' }, event, { kind: 'complete' }]);
    }
  });

  test('with errors and no data are a failure once they are complete', () => {
    const text = 'event: next\ndata: {"errors":[{"message":"no"}]}\n\nevent: complete\ndata:\n\n';
    for (const pieces of readings(createSseReader, text)) {
      expect(pieces).toEqual([{ kind: 'failed', errors: [{ message: 'no' }] }]);
    }
  });
});

describe('multipart HTTP', () => {
  const part = (json: string) => `\r\ncontent-type: application/json\r\n\r\n${json}\r\n--graphql`;

  test('is read as events, places, and the end, however it is cut', () => {
    const parts = [
      '{}',
      '{"payload":{"extensions":{"cursor":"c0","live":true}}}',
      '{"payload":{"data":{"a":1},"extensions":{"cursor":"c1"}}}',
    ];
    const text = `--graphql${parts.map(part).join('')}--\r\n`;
    for (const pieces of readings(createMultipartReader, text)) {
      expect(pieces.slice(0, 3)).toEqual([{ kind: 'place', cursor: 'c0' }, event, { kind: 'complete' }]);
    }
  });

  test('ends with the errors of a payload that is null', () => {
    const text = `--graphql${part('{"payload":null,"errors":[{"message":"no"}]}')}--\r\n`;
    for (const pieces of readings(createMultipartReader, text)) {
      expect(pieces[0]).toEqual({ kind: 'failed', errors: [{ message: 'no' }] });
    }
  });
});
