/** What Apollo Client and others name the protocol of an answer in parts. */
export const multipartType = 'multipart/mixed; boundary="-"; deferSpec=20220824';

/**
 * Whether `Accept` names `multipart/mixed` in the version that is spoken here: `deferSpec=20220824`, or none.
 * https://github.com/graphql/graphql-over-http/blob/main/rfcs/IncrementalDelivery.md
 */
export const acceptsMultipart = (accept: string | undefined): boolean =>
  accept !== undefined &&
  accept.includes('multipart/mixed') &&
  accept.split(',').some((range) => {
    const [name, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase().replaceAll('"', ''));
    if (name !== 'multipart/mixed' || parameters.some((one) => /^q=0(\.0*)?$/.test(one))) return false;
    return parameters.every((one) => !/^(defer|subscription)spec=/.test(one) || one === 'deferspec=20220824');
  });

/** The body: each part as soon as it is there, and the boundary that says whether another follows. */
export async function* multipart(parts: AsyncIterable<string>): AsyncGenerator<string, void> {
  let start = '\r\n---';
  for await (const part of parts) {
    yield `${start}\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${part}\r\n---`;
    start = '';
  }
  yield '--\r\n';
}
