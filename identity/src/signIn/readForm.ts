import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Names and values of a form that was posted; a name that comes twice counts as not there. */
export type FormFields = ReadonlyMap<string, string>;

const asForm = (text: string): FormFields => {
  const fields = new URLSearchParams(text);
  return new Map([...fields].filter(([name]) => fields.getAll(name).length === 1));
};

/** Lets an app read forms (application/x-www-form-urlencoded), and nothing else. */
export const readForms = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 64 * 1024 },
    async (_request: FastifyRequest, body: string | Buffer) => asForm(body.toString()),
  );
};

/** The fields of a posted form; none where there was no form. */
export const formOf = ({ body }: FastifyRequest): FormFields =>
  body instanceof Map ? body : new Map<string, string>();
