/** One spelling of a UUID: RFC 9562, section 4, lets a reader meet capitals, and ours are small. */
export const sameId = (id: string): string => id.toLowerCase();
