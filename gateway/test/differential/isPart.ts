/** Whether everything in an answer is in another one as well: what is null, or not there, is nothing. */
export const isPart = (part: unknown, whole: unknown): boolean => {
  if (part === null || part === undefined) return true;
  if (Array.isArray(part)) {
    return Array.isArray(whole) && part.length === whole.length && part.every((one, at) => isPart(one, whole[at]));
  }
  if (typeof part !== 'object') return part === whole;
  if (typeof whole !== 'object' || whole === null) return false;
  return Object.entries(part).every(([key, inner]) => isPart(inner, Reflect.get(whole, key)));
};
