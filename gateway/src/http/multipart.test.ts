import { expect, test } from '@jest/globals';
import { acceptsMultipart, multipart } from './multipart.ts';

test.each([
  ['multipart/mixed;deferSpec=20220824, application/json', true],
  ['multipart/mixed; boundary="-"; deferSpec="20220824"', true],
  ['application/json, multipart/mixed', true],
  ['multipart/mixed;deferSpec=20991231, application/json', false],
  ['multipart/mixed;subscriptionSpec=1.0, application/json', false],
  ['multipart/mixed;q=0, application/json', false],
  ['application/json', false],
  [undefined, false],
])('a client that accepts %s takes parts: %s', (accept, takes) => {
  expect(acceptsMultipart(accept)).toBe(takes);
});

test('a part is whole, with the boundary after it, before the next one is there', async () => {
  let next = () => {};
  const waiting = new Promise<void>((resolve) => {
    next = resolve;
  });
  const body = multipart(
    (async function* () {
      yield '{"a":1}';
      await waiting;
      yield '{"b":2}';
    })(),
  );
  const head = 'content-type: application/json; charset=utf-8\r\n\r\n';
  expect((await body.next()).value).toBe(`\r\n---\r\n${head}{"a":1}\r\n---`);
  next();
  expect((await body.next()).value).toBe(`\r\n${head}{"b":2}\r\n---`);
  expect((await body.next()).value).toBe('--\r\n');
});
