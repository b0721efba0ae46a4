import { WebSocket } from 'ws';

export type Payload = {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[];
  extensions?: { cursor?: string; live?: boolean; resumable?: boolean };
};
type Message = { id?: string; type: string; payload?: Payload };

/** A client that speaks graphql-transport-ws by hand, so that a test sees every message. */
export type WireClient = Readonly<{
  socket: WebSocket;
  messages: Message[];
  /** The payloads of `next` messages that have data. */
  results: () => Payload[];
  /** The last cursor that came. */
  cursor: () => string | undefined;
  /** The errors of the last `error` message. */
  errors: () => { message: string; extensions?: Record<string, unknown> }[];
  closed: { code: number; reason: string }[];
  send: (message: object) => void;
  subscribe: (query: string, extensions?: object, variables?: object, id?: string) => void;
  leave: () => void;
}>;

/** Connects and says hello. */
export const connectWire = async (
  url: string,
  params: object = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<WireClient> => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  const messages: Message[] = [];
  const closed: WireClient['closed'] = [];
  const acknowledged = new Promise<void>((resolve, reject) => {
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: params })));
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Message;
      messages.push(message);
      if (message.type === 'connection_ack') resolve();
    });
    socket.on('close', (code, reason) => {
      closed.push({ code, reason: reason.toString() });
      resolve();
    });
    socket.on('error', reject);
  });
  await acknowledged;
  const send = (message: object): void => socket.send(JSON.stringify(message));
  return {
    socket,
    messages,
    closed,
    send,
    results: () => messages.flatMap(({ type, payload }) => (type === 'next' && payload?.data ? [payload] : [])),
    cursor: () => messages.flatMap(({ payload }) => payload?.extensions?.cursor ?? []).at(-1),
    errors: () => (messages.findLast(({ type }) => type === 'error')?.payload ?? []) as never,
    subscribe: (query, extensions = {}, variables = {}, id = '1') =>
      send({ id, type: 'subscribe', payload: { query, variables, extensions } }),
    leave: () => socket.terminate(),
  };
};

/** Reads a streamed response as text. */
export const readStream = (response: Response): { text: () => string; ended: () => boolean } => {
  let text = '';
  let ended = false;
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true });
  };
  void read()
    .catch(() => undefined)
    .finally(() => (ended = true));
  return { text: () => text, ended: () => ended };
};
