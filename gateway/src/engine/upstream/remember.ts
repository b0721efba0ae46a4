/** A function that is asked once for each word. For words from a bounded set, such as the names of subgraphs. */
export const remember = <Value>(make: (word: string) => Value): ((word: string) => Value) => {
  const values = new Map<string, Value>();
  return (word) => {
    const known = values.get(word);
    if (known !== undefined) return known;
    const value = make(word);
    values.set(word, value);
    return value;
  };
};
