import { DomainError } from '@supergraph/errors';
import { isUniqueViolation, type Db, type Tx } from '@supergraph/postgres';
import { mayWriteProducts, type Asker } from './asker.ts';
import { createCategoryTree, type Category, type CategoryTree } from './domain/category.ts';
import { createCategoryInput, readInput } from './inputs.ts';

type CategoryRow = Readonly<{ slug: string; parent_slug: string | null; name: string; path: string }>;

/** Reads the whole tree in one statement: it is small, and a trail of bread crumbs needs most of it. */
export const loadCategoryTree = async (db: Db): Promise<CategoryTree> => {
  const rows = await db.query<CategoryRow>('SELECT slug, parent_slug, name, path FROM categories');
  return createCategoryTree(rows.map(({ parent_slug, ...row }) => ({ ...row, parentSlug: parent_slug })));
};

/** Makes sure that a category exists and stays. @throws DomainError CATEGORY_NOT_FOUND */
export const requireCategory = async (tx: Tx, slug: string): Promise<Pick<Category, 'path'>> => {
  const [found] = await tx.query<Pick<Category, 'path'>>('SELECT path FROM categories WHERE slug = $1 FOR KEY SHARE', [
    slug,
  ]);
  if (found === undefined) throw new DomainError('CATEGORY_NOT_FOUND', 'There is no such category.', { slug });
  return found;
};

/** Adds a category to the tree. */
export const insertCategory = async (tx: Tx, { slug, parentSlug, name, path }: Category): Promise<void> => {
  await tx.query('INSERT INTO categories (slug, parent_slug, name, path) VALUES ($1, $2, $3, $4)', [
    slug,
    parentSlug,
    name,
    path,
  ]);
};

/**
 * The verb behind `createCategory`.
 *
 * @throws DomainError UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, SLUG_TAKEN, CATEGORY_NOT_FOUND (the parent)
 */
export const createCategory = async (db: Db, input: unknown, { viewer }: Asker): Promise<Category> => {
  mayWriteProducts(viewer);
  const { slug, name, parent } = readInput(createCategoryInput, input);
  return db.transaction(async (tx) => {
    const above = parent === undefined ? null : await requireCategory(tx, parent);
    const path = above === null ? slug : `${above.path}/${slug}`;
    const category = { slug, name, parentSlug: parent ?? null, path };
    try {
      await insertCategory(tx, category);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new DomainError('SLUG_TAKEN', 'Another category has this slug.', { slug });
    }
    return category;
  });
};
