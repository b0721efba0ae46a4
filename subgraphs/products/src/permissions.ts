import { allow, permission, type FederationFields, type Rules } from '@supergraph/auth';

const writesProducts = permission('product:write');

/**
 * The catalogue is open to everyone, signed in or not. What is not on sale is hidden where products are read
 * (`createLoaders`, `findProductPage`), on every road alike. Commands check `product:write` again, before any effect.
 */
export const permissions = (federation: FederationFields): Rules => ({
  Query: { ...federation, '*': allow },
  Mutation: {
    createProduct: writesProducts,
    updateProduct: writesProducts,
    changePrice: writesProducts,
    adjustStock: writesProducts,
    createCategory: writesProducts,
  },
  Product: { inventory: writesProducts, '*': allow },
  Inventory: writesProducts,
  Category: allow,
  Money: allow,
  ProductConnection: allow,
  ProductEdge: allow,
  PageInfo: allow,
  CreateProductPayload: allow,
  UpdateProductPayload: allow,
  ChangePricePayload: allow,
  AdjustStockPayload: allow,
  CreateCategoryPayload: allow,
});
