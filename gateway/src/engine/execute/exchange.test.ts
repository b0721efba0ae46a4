import { describe, expect, test } from '@jest/globals';
import type { WireHeaders } from './connections.ts';
import { createExchange, createExchangeDeadlines, giveUp, type Terms } from './exchange.ts';

type Told = readonly [Error | null, string, unknown];

const termsOf = (maxAnswerBytes: number): Terms => ({ maxAnswerBytes, deadlines: createExchangeDeadlines(3600) });

/** An exchange, what was told of it and why it was aborted. */
const start = (most = 1000) => {
  const told: Told[] = [];
  const aborted: string[] = [];
  const exchange = createExchange(
    (...outcome) => void told.push([outcome[0], outcome[1], outcome[2]]),
    undefined,
    termsOf(most),
  );
  exchange.onConnect((reason) => void aborted.push(reason.message));
  return { exchange, told, aborted };
};

const bytes = (...texts: readonly string[]): WireHeaders => texts.map((text) => Buffer.from(text));

describe('an exchange with a subgraph', () => {
  test.each<[string, WireHeaders, string | undefined]>([
    ['as bytes, in any case', bytes('X-Other', '1', 'Retry-After', '7'), '7'],
    ['as texts', ['retry-after', '8'], '8'],
    ['the first of several', bytes('retry-after', '1', 'retry-after', '2'), '1'],
    ['and takes none of the same length for it', bytes('retry-afte_', '1'), undefined],
  ])('reads the header that says when to come again: %s', (_, headers, retryAfter) => {
    const { exchange, told } = start();
    exchange.onHeaders(503, headers);
    exchange.onComplete();
    expect(told).toEqual([[null, '', { status: 503, retryAfter, ascii: true }]]);
  });

  test('is answered with one text, in however many pieces it comes', () => {
    const { exchange, told } = start();
    exchange.onHeaders(200, []);
    // The pieces part a letter of two bytes.
    const text = Buffer.from('{"data":{"name":"Käse"}}');
    for (const piece of [text.subarray(0, 19), text.subarray(19, 22), text.subarray(22)]) exchange.onData(piece);
    exchange.onComplete();
    expect(told).toEqual([[null, '{"data":{"name":"Käse"}}', { status: 200, retryAfter: undefined, ascii: false }]]);
  });

  test('is over once: what comes after it was given up is told to nobody', async () => {
    const { exchange, told, aborted } = start();
    exchange.onHeaders(200, []);
    giveUp(exchange);
    giveUp(exchange);
    exchange.onData(Buffer.from('{}'));
    exchange.onComplete();
    exchange.onError(new Error('aborted'));
    await Promise.resolve();
    expect(told).toEqual([]);
    expect(aborted).toEqual(['Nobody waits for the answer.']);
  });

  test('is aborted when its answer is too long, and that is told and not what the connection says of it', async () => {
    const { exchange, told, aborted } = start(3);
    exchange.onHeaders(200, []);
    exchange.onData(Buffer.from('12'));
    exchange.onData(Buffer.from('34'));
    exchange.onError(new Error('aborted'));
    await Promise.resolve();
    expect(aborted).toEqual(['The answer has more than 3 bytes.']);
    expect(told.map(([error, text]) => [error?.message, text])).toEqual([['The answer has more than 3 bytes.', '']]);
  });

  test('is aborted before it is sent when it was given up while it waited for a connection', () => {
    const exchange = createExchange(() => {}, undefined, termsOf(10));
    giveUp(exchange);
    const aborted: Error[] = [];
    exchange.onConnect((reason) => void aborted.push(reason));
    expect(aborted).toHaveLength(1);
  });
});
