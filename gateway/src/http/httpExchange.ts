import type { IncomingHttpHeaders } from 'node:http';

/** A request to /graphql, with its body read. */
export type HttpRequest = Readonly<{
  method: 'GET' | 'POST';
  headers: IncomingHttpHeaders;
  /** The URL's query string, without its question mark. */
  search: string;
  /** The JSON of a POST; undefined for a GET. */
  body: unknown;
}>;

/** What is answered, beside `responseHeaders` of the request's context. */
export type HttpAnswer = Readonly<{ status: number; type: string; body: string | Buffer | AsyncIterable<string> }>;

/** Names and values in turn, as `writeHead` takes them. */
export type HeaderList = readonly string[];
