import { z } from 'zod';

/**
 * A configuration that may be logged: fields whose schema is marked `.meta({ secret: true })` are replaced.
 * The mark sits where the field is declared, so a new secret cannot be forgotten in a list elsewhere.
 */
export const redacted = (schema: z.ZodObject, config: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(config).map(([name, value]) => {
      const field = schema.shape[name];
      return [name, value !== undefined && field !== undefined && isSecret(field) ? '[redacted]' : value];
    }),
  );

/** Tells whether a schema, or one it wraps (`.optional()`, `.default()`, a pipe), is marked as a secret. */
export const isSecret = (schema: z.core.$ZodType): boolean => {
  if (z.globalRegistry.get(schema)?.['secret'] === true) return true;
  if (schema instanceof z.ZodPipe) return isSecret(schema.in) || isSecret(schema.out);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return isSecret(schema.unwrap());
  }
  return false;
};
