import { describe, expect, test } from '@jest/globals';
import { negotiate, statusFor } from './negotiate.ts';

const json = 'application/json; charset=utf-8';
const response = 'application/graphql-response+json; charset=utf-8';

describe('the type of an answer', () => {
  test.each([
    ['without a wish is the one that everybody knows', undefined, json],
    ['is the older one for any', '*/*', json],
    ['is the newer one for those who name it', 'application/graphql-response+json', response],
    ['is the one named first', 'application/graphql-response+json, application/json', response],
    ['is the one named first, the other way round', 'application/json, application/graphql-response+json', json],
    ['is the one with more weight', 'application/json;q=0.8, application/graphql-response+json', response],
    ['is named in any case, with parameters', 'Application/JSON; charset="UTF-8"', json],
    ['is one among many', 'text/html, application/xhtml+xml, application/*;q=0.1', json],
    ['is none for those who want none', 'application/json;q=0', null],
    ['is none in another charset', 'application/json; charset=iso-8859-1', null],
    ['is none for HTML', 'text/html', null],
  ])('%s', (_name, accept, type) => {
    expect(negotiate(accept)).toBe(type);
  });

  test('decides the status of what is wrong with an operation, but not of other refusals', () => {
    expect([statusFor(400, json), statusFor(400, response)]).toEqual([200, 400]);
    expect([statusFor(429, json), statusFor(500, json), statusFor(200, response)]).toEqual([429, 500, 200]);
  });
});
