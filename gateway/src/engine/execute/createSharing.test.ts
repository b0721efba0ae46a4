import { describe, expect, test } from '@jest/globals';
import type { Send, UpstreamRequest } from '../upstream/send.ts';
import { createSharing } from './createSharing.ts';

const request: UpstreamRequest = {
  subgraph: 'books',
  kind: 'query',
  url: new URL('http://localhost/graphql'),
  headers: {},
  body: '{}',
  user: null,
  canary: null,
};

/** A wire whose answers the test gives. */
const createWire = () => {
  const sent: { answer: (text: string) => void; givenUp: boolean }[] = [];
  const send: Send = (_, answered) => {
    const entry = { answer: (text: string) => answered(null, text), givenUp: false };
    sent.push(entry);
    return () => (entry.givenUp = true);
  };
  return { sent, send };
};

describe('identical requests in flight', () => {
  test('are sent once and answered to all; the next one is sent again', () => {
    const { sent, send } = createWire();
    const { send: share } = createSharing(send);
    const heard: string[] = [];
    share('a', request, ({ text }) => heard.push(`1 ${text}`));
    share('a', request, ({ text }) => heard.push(`2 ${text}`));
    share('b', request, () => heard.push('never'));
    expect(sent).toHaveLength(2);
    sent[0]?.answer('x');
    expect(heard).toEqual(['1 x', '2 x']);
    share('a', request, () => undefined);
    expect(sent).toHaveLength(3);
  });

  test('are given up when the last who waits is gone', () => {
    const { sent, send } = createWire();
    const { send: share } = createSharing(send);
    const first = share('a', request, () => undefined);
    const second = share('a', request, () => undefined);
    first();
    expect(sent[0]?.givenUp).toBe(false);
    second();
    expect(sent[0]?.givenUp).toBe(true);
  });

  test('leave nobody waiting for one that could not be sent', () => {
    const { sent, send } = createWire();
    let broken = true;
    const { send: share } = createSharing((outgoing, answered) => {
      if (broken) throw new Error('no socket');
      return send(outgoing, answered);
    });
    expect(() => share('a', request, () => undefined)).toThrow('no socket');
    broken = false;
    share('a', request, () => undefined);
    expect(sent).toHaveLength(1);
  });

  test('that began before a mutation ended are not waited for by who comes after it', () => {
    const { sent, send } = createWire();
    const { send: share, forget } = createSharing(send);
    const heard: string[] = [];
    const before = share('a', request, ({ text }) => heard.push(`before ${text}`));
    forget();
    share('a', request, ({ text }) => heard.push(`after ${text}`));
    sent[0]?.answer('old');
    share('a', request, ({ text }) => heard.push(`later ${text}`));
    expect(sent).toHaveLength(2);
    sent[1]?.answer('new');
    expect(heard).toEqual(['before old', 'after new', 'later new']);
    before();
  });

  test('that were forgotten are still given up when the last who waits is gone', () => {
    const { sent, send } = createWire();
    const { send: share, forget } = createSharing(send);
    const first = share('a', request, () => undefined);
    forget();
    first();
    expect(sent[0]?.givenUp).toBe(true);
  });
});
