import type { GraphQLFormattedError } from 'graphql';
import { toPart, type FeedEvent } from './feedEvent.ts';

/** How a stream of results is written to an HTTP response. */
export type StreamFormat = Readonly<{
  headers: Readonly<Record<string, string>>;
  /** Written at once, so that the client knows it is connected. */
  opening: string;
  heartbeat: string;
  event: (event: FeedEvent) => Buffer;
  ending: string;
  /** The last words of a stream that failed. */
  failure: (errors: readonly GraphQLFormattedError[]) => string;
  /** Whether every client can keep a place, without asking for it. */
  keepsPlace: boolean;
}>;

const never = { 'cache-control': 'no-store', 'x-accel-buffering': 'no' };

/**
 * GraphQL over Server-Sent Events, distinct connections mode
 * (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md). The id of each event is its cursor, so a browser's
 * EventSource sends it back by itself, as `Last-Event-ID`. Errors come as events, since EventSource reads no others.
 */
export const serverSentEvents: StreamFormat = {
  headers: { 'content-type': 'text/event-stream; charset=utf-8', ...never },
  opening: ':\n\n',
  heartbeat: ':\n\n',
  event: (event) => event.sse(),
  ending: 'event: complete\ndata:\n\n',
  failure: (errors) => `event: next\ndata: ${JSON.stringify({ errors })}\n\nevent: complete\ndata:\n\n`,
  keepsPlace: true,
};

/**
 * Multipart HTTP, as Apollo's clients speak it
 * (https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol): each part holds a
 * payload, an empty object is a heartbeat, and errors beside a null payload end it.
 */
export const multipart: StreamFormat = {
  headers: { 'content-type': 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"', ...never },
  opening: `--graphql${toPart('{}')}`,
  heartbeat: toPart('{}'),
  event: (event) => event.part(),
  ending: '--\r\n',
  failure: (errors) => `${toPart(JSON.stringify({ payload: null, errors }))}--\r\n`,
  keepsPlace: false,
};
