/** The environment of a platform under load: a few accounts send more than any of them may. */
export const unlimitedEnvironment: Readonly<Record<string, string | undefined>> = {
  ...process.env,
  RATE_LIMITS: 'off',
};
