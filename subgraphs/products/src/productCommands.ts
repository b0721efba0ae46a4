import { DomainError } from '@supergraph/errors';
import { appendMessages } from '@supergraph/eventsourcing';
import { isUniqueViolation, type Db } from '@supergraph/postgres';
import { mayWriteProducts, type Asker } from './asker.ts';
import { changeProduct } from './changeProduct.ts';
import { claimAdjustment } from './claimAdjustment.ts';
import { decideAdjustment, decideDescription, decidePrice, productCreated } from './domain/decisions.ts';
import type { Product } from './domain/product.ts';
import { adjustStockInput, changePriceInput, createProductInput, readInput, updateProductInput } from './inputs.ts';
import { productMessage } from './productEvents.ts';
import { insertProduct } from './productRows.ts';
import { requireCategory } from './categories.ts';

/** Everything staff can do to a product. `input` is what the client sent; each verb reads it itself. */
export type ProductCommands = Readonly<{
  create: (input: unknown, asker: Asker) => Promise<Product>;
  update: (input: unknown, asker: Asker) => Promise<Product>;
  changePrice: (input: unknown, asker: Asker) => Promise<Product>;
  adjustStock: (input: unknown, asker: Asker) => Promise<Product>;
}>;

export type ProductCommandsDeps = Readonly<{ db: Db; now: () => Date; newId: () => string }>;

/** The verbs of the catalogue; each is one transaction that writes the product and its events. */
export function createProductCommands({ db, now, newId }: ProductCommandsDeps): ProductCommands {
  const time = (): string => now().toISOString();

  return {
    create: async (input, { viewer, cause }) => {
      mayWriteProducts(viewer);
      const { category, stock, ...given } = readInput(createProductInput, input);
      const [id, at] = [newId(), time()];
      const product: Product = {
        ...given,
        id,
        categorySlug: category,
        onHand: stock,
        reserved: 0,
        version: 1,
        createdAt: at,
        updatedAt: at,
      };
      return db.transaction(async (tx) => {
        await requireCategory(tx, category);
        try {
          await insertProduct(tx, product);
        } catch (error) {
          if (!isUniqueViolation(error, 'products_sku_key')) throw error;
          throw new DomainError('SKU_TAKEN', 'Another product has this sku.', { sku: given.sku });
        }
        await appendMessages(tx, [productMessage(productCreated(product), 1)], cause);
        return product;
      });
    },

    update: async (input, { viewer, cause }) => {
      mayWriteProducts(viewer);
      const { id, category, name, description, active } = readInput(updateProductInput, input);
      const changes = {
        ...(name === undefined ? {} : { name }),
        ...(description === undefined ? {} : { description }),
        ...(category === undefined ? {} : { categorySlug: category }),
        ...(active === undefined ? {} : { active }),
      };
      return db.transaction(async (tx) => {
        if (category !== undefined) await requireCategory(tx, category);
        return changeProduct(tx, id, (product) => decideDescription(product, changes, time()), cause);
      });
    },

    changePrice: async (input, { viewer, cause }) => {
      mayWriteProducts(viewer);
      const { id, price } = readInput(changePriceInput, input);
      return db.transaction((tx) => changeProduct(tx, id, (product) => decidePrice(product, price, time()), cause));
    },

    adjustStock: async (input, { viewer, cause }) => {
      mayWriteProducts(viewer);
      const adjustment = readInput(adjustStockInput, input);
      return db.transaction(async (tx) =>
        changeProduct(
          tx,
          adjustment.id,
          (await claimAdjustment(tx, viewer, adjustment, time()))
            ? (product) => decideAdjustment(product, adjustment.delta, time())
            : () => [],
          cause,
        ),
      );
    },
  };
}
