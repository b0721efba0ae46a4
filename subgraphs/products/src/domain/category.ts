/** A shelf of the catalogue. */
export type Category = Readonly<{
  slug: string;
  parentSlug: string | null;
  name: string;
  /** The slugs from the top of the tree down to this one, joined by `/`. */
  path: string;
}>;

/** The whole tree, to walk up and down in. Siblings come by name. */
export type CategoryTree = Readonly<{
  find: (slug: string) => Category | null;
  top: () => readonly Category[];
  childrenOf: (category: Category) => readonly Category[];
  /** From the top down to the category above. */
  ancestorsOf: (category: Category) => readonly Category[];
}>;

/** Orders a list of categories into a tree; a parent that is missing ends the walk up. */
export const createCategoryTree = (categories: readonly Category[]): CategoryTree => {
  const bySlug = new Map(categories.map((category) => [category.slug, category]));
  const byParent = new Map<string | null, Category[]>();
  for (const category of [...categories].sort((a, b) => a.name.localeCompare(b.name, 'en'))) {
    const siblings = byParent.get(category.parentSlug);
    if (siblings === undefined) byParent.set(category.parentSlug, [category]);
    else siblings.push(category);
  }
  const find = (slug: string): Category | null => bySlug.get(slug) ?? null;
  return {
    find,
    top: () => byParent.get(null) ?? [],
    childrenOf: ({ slug }) => byParent.get(slug) ?? [],
    ancestorsOf: ({ path }) =>
      path
        .split('/')
        .slice(0, -1)
        .map(find)
        .filter((category) => category !== null),
  };
};
