import { expect, test } from '@jest/globals';
import { createCategoryTree } from './category.ts';

const category = (path: string, name: string) => {
  const slugs = path.split('/');
  return { slug: slugs.at(-1) ?? '', parentSlug: slugs.at(-2) ?? null, name, path };
};
const home = category('home', 'Home');
const lighting = category('home/lighting', 'Lighting');
const lamps = category('home/lighting/lamps', 'Lamps');
const tree = createCategoryTree([
  lamps,
  category('home/kitchen', 'Kitchen'),
  lighting,
  home,
  category('audio', 'Audio'),
]);

test('siblings come by name', () => {
  expect(tree.top().map(({ slug }) => slug)).toEqual(['audio', 'home']);
  expect(tree.childrenOf(home).map(({ slug }) => slug)).toEqual(['kitchen', 'lighting']);
  expect(tree.childrenOf(lamps)).toEqual([]);
});

test('the trail leads from the top down to the category above', () => {
  expect(tree.ancestorsOf(lamps)).toEqual([home, lighting]);
  expect(tree.ancestorsOf(home)).toEqual([]);
});

test('an unknown slug is no category', () => {
  expect(tree.find('constructor')).toBeNull();
});
