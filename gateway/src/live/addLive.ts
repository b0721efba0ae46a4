import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { livePage, policy } from './livePage.ts';

/**
 * Serves the page at `/live` that shows how subscriptions survive a cut connection. Only called in development, and only
 * there is something to see when the graph has orders.
 */
export const addLive = (app: FastifyInstance, schema: () => GraphQLSchema): void => {
  app.get('/live', async (_request, reply) => {
    if (schema().getSubscriptionType()?.getFields()['orderEvents'] === undefined) return reply.callNotFound();
    return reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(livePage);
  });
};
