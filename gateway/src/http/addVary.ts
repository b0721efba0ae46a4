import type { FastifyReply } from 'fastify';

/** Names request headers that an answer depends on, beside those that were named before (RFC 9110, section 12.5.5). */
export const addVary = (reply: FastifyReply, names: string): void => {
  const there = reply.getHeader('vary');
  reply.header('vary', there === undefined ? names : `${String(there)}, ${names}`);
};
