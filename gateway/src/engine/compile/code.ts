/**
 * Pieces of generated JavaScript. Every name in it is a GraphQL name (`[_A-Za-z][_0-9A-Za-z]*`, guaranteed by the
 * parser) and every text is JSON, so nothing a client or subgraph sends can become code.
 */

const graphqlName = /^[_A-Za-z][_0-9A-Za-z]*$/;

/** `constructor` is a GraphQL name too: read plainly, it would be found on every object. */
const inherited = (name: string): boolean => name in Object.prototype;

/** Whether a name can be a key of an object literal and be read plainly. */
export const isPlainName = (name: string): boolean => graphqlName.test(name) && !inherited(name);

/** A text as a JavaScript literal. */
export const literal = (text: string): string => JSON.stringify(text);

/** Reads an own property. */
export const readOf = (object: string, name: string): string => {
  check(name);
  return inherited(name) ? `own(${object},${literal(name)})` : `${object}.${name}`;
};

/** Writes an own property, as a statement. */
export const writeTo = (object: string, name: string, value: string): string => {
  check(name);
  return inherited(name) ? `put(${object},${literal(name)},${value});` : `${object}.${name}=${value};`;
};

const check = (name: string): void => {
  if (!graphqlName.test(name)) throw new Error(`${name} is no GraphQL name.`);
};

/** What generated code may call, by the name it uses. */
export type Scope = Readonly<Record<string, unknown>>;

/**
 * Makes the value of `result` from generated source.
 *
 * @param source statements that declare what `result` names
 */
export const evaluate = (source: string, result: string, scope: Scope): unknown => {
  const make: unknown = new Function(...Object.keys(scope), `"use strict";${source}\nreturn ${result};`);
  if (typeof make !== 'function') throw new Error('Generated code is a function.');
  const made: unknown = Reflect.apply(make, undefined, Object.values(scope));
  return made;
};
