const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const sku = /^[A-Z0-9]+(-[A-Z0-9]+)*$/;
const slug = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Whether PostgreSQL would take it for a uuid; anything else is nobody's id. */
export const isUuid = (text: string): boolean => uuid.test(text);

/** Whether it could be a stock keeping unit: capital letters, digits and hyphens. */
export const isSku = (text: string): boolean => text.length <= 40 && sku.test(text);

/** Whether it could be the slug of a category: small letters, digits and hyphens. */
export const isSlug = (text: string): boolean => text.length <= 60 && slug.test(text);
