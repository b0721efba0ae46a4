/** What is there already, or will be. */
export type PromiseOrValue<Value> = Value | Promise<Value>;

/** Goes on at once with what is there: to wait for a promise costs more than most of what is done in between. */
export const andThen = <Value, Next>(
  value: PromiseOrValue<Value>,
  next: (value: Value) => PromiseOrValue<Next>,
): PromiseOrValue<Next> => (value instanceof Promise ? value.then(next) : next(value));
