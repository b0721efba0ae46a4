import type { ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { Metrics } from '@supergraph/service-kit';
import type { ErrorReporter } from './createErrorReporter.ts';
import { outcomeOf } from './outcomeOf.ts';
import type { RequestScope } from './requestScope.ts';
import { toGraphQLError } from './toGraphQLError.ts';

/**
 * Nothing of Apollo's that looks outside: no reports, no traces for a studio, no landing page. Cache hints are the
 * gateway's business, and computing them would wrap every field.
 */
export const quietPlugins = (): ApolloServerPlugin[] => [
  ApolloServerPluginCacheControlDisabled(),
  ApolloServerPluginInlineTraceDisabled(),
  ApolloServerPluginLandingPageDisabled(),
  ApolloServerPluginSchemaReportingDisabled(),
  ApolloServerPluginUsageReportingDisabled(),
];

/** Logs unexpected errors while the request, and with it the request id, is at hand. */
export const errorLogPlugin = (report: ErrorReporter): ApolloServerPlugin<RequestScope> => ({
  requestDidStart: () =>
    Promise.resolve({
      didEncounterErrors: ({ errors, contextValue }) => {
        // Only the log line is wanted here; the answer is made in `formatError`, which knows no request.
        for (const error of errors) toGraphQLError(error, (cause) => report(cause, contextValue.log));
        return Promise.resolve();
      },
    }),
});

/** Counts operations, and how long they take. */
export const metricsPlugin = (metrics: Metrics): ApolloServerPlugin<RequestScope> => ({
  requestDidStart: () => {
    const started = process.hrtime.bigint();
    return Promise.resolve({
      willSendResponse: ({ operationName, response }) => {
        const errors = response.body.kind === 'single' ? response.body.singleResult.errors : undefined;
        metrics.observeOperation({
          operation: operationName ?? null,
          outcome: outcomeOf(errors),
          seconds: Number(process.hrtime.bigint() - started) / 1e9,
        });
        return Promise.resolve();
      },
    });
  },
});
