/** Objects that every resolver by default can walk: what points elsewhere is a function. */
export type User = Readonly<{ id: string; name: string; username: string; reviews: () => readonly Review[] }>;
export type Product = Readonly<{
  upc: string;
  name: string;
  price: number;
  weight: number;
  inStock: boolean;
  shippingEstimate: number;
  reviews: () => readonly Review[];
}>;
export type Review = Readonly<{ id: string; body: string; product: () => Product; author: () => User }>;

const productCount = 9;
const reviewCount = 11;
/** Which product each review is about. The first ones are the popular ones, as in any shop. */
const reviewedProduct = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4];

const words =
  'sturdy light quiet bright honest heavy simple clever modest tall round plain useful warm narrow early'.split(' ');
const prose = (seed: number, length: number): string => {
  let text = '';
  for (let n = seed; text.length < length; n += 7)
    text += `${words[(n * 5 + (n >> 2)) % words.length] ?? ''}${n % 6 === 5 ? '. ' : ' '}`;
  return text.slice(0, length);
};

/** `shippingEstimate` of a product, from what inventory is told of it. */
export const shippingEstimate = (price: number, weight: number): number =>
  price > 1_000 ? 0 : Math.round(weight * 0.5);

const at = <T>(list: readonly T[], index: number): T => {
  const item = list[index];
  if (item === undefined) throw new Error(`There is no item ${index}.`);
  return item;
};

export const users: readonly User[] = ['Ada', 'Grace', 'Linus', 'Margaret', 'Edsger', 'Barbara'].map((name, nth) => ({
  id: String(nth + 1),
  name: `${name} of the house with the number ${nth + 1}`,
  username: `@${name.toLowerCase()}`,
  // Two each, of eleven: the last user repeats the first review.
  reviews: () => [at(reviews, (nth * 2) % reviewCount), at(reviews, (nth * 2 + 1) % reviewCount)],
}));

const product = (nth: number): Product => {
  const price = 99 + ((nth * 397) % 1_900);
  const weight = 100 + ((nth * 211) % 900);
  return {
    upc: String(nth + 1),
    name: `${at(words, nth % words.length)} thing number ${nth + 1}`,
    price,
    weight,
    inStock: nth % 3 !== 2,
    shippingEstimate: shippingEstimate(price, weight),
    reviews: () => reviews.filter((_, review) => reviewedProduct[review] === nth),
  };
};

/** Nine that have reviews, then more for long lists. */
export const products: readonly Product[] = Array.from({ length: 1_000 }, (_, nth) => product(nth));
export const topProducts = products.slice(0, productCount);

export const reviews: readonly Review[] = Array.from({ length: reviewCount }, (_, nth) => ({
  id: String(nth + 1),
  body: prose(nth * 13, 140 + ((nth * 263) % 661)),
  product: () => at(products, at(reviewedProduct, nth)),
  author: () => at(users, Math.floor(nth / 2)),
}));

/** The review that a mutation makes. It is not kept: every answer stays the same. */
export const newReview = (upc: string, body: string): Review => ({
  id: `new-${upc}`,
  body,
  product: () => at(products, Number(upc) - 1),
  author: () => at(users, 0),
});
