const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text from outside can be an id of ours: PostgreSQL refuses a whole statement for one that cannot. */
export const isUuid = (text: string): boolean => pattern.test(text);
