/** An error of a GraphQL result; `extensions.code` says what it is and never changes its meaning. */
export type ResultError = Readonly<{
  message: string;
  path?: readonly (string | number)[];
  extensions?: Readonly<Record<string, unknown>>;
}>;

/** One event. */
export type Result<Data> = Readonly<{
  data?: Data | null;
  errors?: readonly ResultError[];
  extensions?: Readonly<{
    /** Where to go on after this event. */
    cursor?: string;
    /** False when the service behind it knows no cursors: after a disconnect, events may be missing. */
    resumable?: boolean;
    /** Part of a snapshot: the state of something, not something that has just happened. */
    snapshot?: boolean;
    /** No data: what comes from here on happens now. */
    live?: boolean;
  }>;
}>;

/** The code of the first error, if it has one. */
export const codeOf = (errors: readonly ResultError[]): string | undefined => {
  const code = errors[0]?.extensions?.['code'];
  return typeof code === 'string' ? code : undefined;
};
