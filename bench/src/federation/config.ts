/** The environment of a gateway under test: ours, for production, with nothing that reports to anybody. */
export const gatewayEnvironment: Readonly<Record<string, string | undefined>> = {
  ...process.env,
  NODE_ENV: 'production',
  LOG_LEVEL: 'info',
  APOLLO_TELEMETRY_DISABLED: 'true',
};
