import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Product as ProductRow, Inventory as InventoryRow } from '../domain/product.ts';
import type { Category as CategoryRow } from '../domain/category.ts';
import type { Context } from '../context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** RFC 3339 date and time in UTC. */
  DateTime: { input: string; output: string; }
  _FieldSet: { input: string; output: string; }
};

/** An adjustment of the stock. */
export type AdjustStockInput = {
  /** Pieces added, or taken out when negative; not 0. */
  readonly delta: Scalars['Int']['input'];
  /** The id of the product. */
  readonly id: Scalars['ID']['input'];
  /**
   * Made by the client, one for each adjustment, at most 100 characters: a request sent twice under the same key
   * adjusts once. The same key with another payload is the error IDEMPOTENCY_KEY_REUSED.
   */
  readonly idempotencyKey: Scalars['String']['input'];
  /** Why, for the books: a delivery, a count, breakage. At most 500 characters. */
  readonly reason: Scalars['String']['input'];
};

/** What `adjustStock` answers. */
export type AdjustStockPayload = {
  readonly __typename?: 'AdjustStockPayload';
  /** The product after the adjustment. */
  readonly product: Product;
};

/** A shelf of the catalogue; categories form a tree. */
export type Category = {
  readonly __typename?: 'Category';
  /** From the top of the tree down to the category above: a trail of bread crumbs. */
  readonly ancestors: ReadonlyArray<Category>;
  /** The categories directly below, by name. */
  readonly children: ReadonlyArray<Category>;
  /** The name buyers see. */
  readonly name: Scalars['String']['output'];
  /** The category above; null at the top. */
  readonly parent: Maybe<Category>;
  /** The slugs from the top of the tree down to this category, joined by `/`. */
  readonly path: Scalars['String']['output'];
  /** The name of the category in addresses; unique. */
  readonly slug: Scalars['String']['output'];
};

/** A new price. */
export type ChangePriceInput = {
  /** The id of the product. */
  readonly id: Scalars['ID']['input'];
  /** The price of one piece, not negative. */
  readonly price: MoneyInput;
};

/** What `changePrice` answers. */
export type ChangePricePayload = {
  readonly __typename?: 'ChangePricePayload';
  /** The product after the change. */
  readonly product: Product;
};

/** A new category. */
export type CreateCategoryInput = {
  /** The name buyers see, at most 100 characters. */
  readonly name: Scalars['String']['input'];
  /** The slug of the category above; left out for one at the top. */
  readonly parent?: InputMaybe<Scalars['String']['input']>;
  /** The name of the category in addresses: small letters, digits and hyphens, at most 60. Nobody else may have it. */
  readonly slug: Scalars['String']['input'];
};

/** What `createCategory` answers. */
export type CreateCategoryPayload = {
  readonly __typename?: 'CreateCategoryPayload';
  /** The new category. */
  readonly category: Category;
};

/** A new product. */
export type CreateProductInput = {
  /** Whether it is on sale at once. */
  readonly active?: Scalars['Boolean']['input'];
  /** The slug of the category it stands in. */
  readonly category: Scalars['String']['input'];
  /** What the product is, at most 5,000 characters. */
  readonly description?: Scalars['String']['input'];
  /** The name buyers see, at most 200 characters. */
  readonly name: Scalars['String']['input'];
  /** The price of one piece, not negative. */
  readonly price: MoneyInput;
  /** The stock keeping unit: capital letters, digits and hyphens, at most 40. Nobody else may have it. */
  readonly sku: Scalars['String']['input'];
  /** Pieces on hand. */
  readonly stock?: Scalars['Int']['input'];
};

/** What `createProduct` answers. */
export type CreateProductPayload = {
  readonly __typename?: 'CreateProductPayload';
  /** The new product. */
  readonly product: Product;
};

/** The stock of a product as the warehouse sees it. */
export type Inventory = {
  readonly __typename?: 'Inventory';
  /** Pieces in the warehouse, those that orders hold back included. */
  readonly onHand: Scalars['Int']['output'];
  /** Pieces that orders hold back until they are shipped or cancelled. */
  readonly reserved: Scalars['Int']['output'];
};

/** An amount of money. */
export type Money = {
  readonly __typename?: 'Money';
  /** In minor units, for example cents. */
  readonly amount: Scalars['Int']['output'];
  /** The currency's ISO 4217 code. */
  readonly currency: Scalars['String']['output'];
};

/** An amount of money. */
export type MoneyInput = {
  /** In minor units, for example cents. */
  readonly amount: Scalars['Int']['input'];
  /** The currency's ISO 4217 code. */
  readonly currency: Scalars['String']['input'];
};

export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Adds pieces to the warehouse or takes some out; never below what orders hold back. Needs `product:write`. */
  readonly adjustStock: AdjustStockPayload;
  /** Sets the price of a product; placed orders keep the price they were placed at. Needs `product:write`. */
  readonly changePrice: ChangePricePayload;
  /** Adds a category to the tree. Needs the permission `product:write`. */
  readonly createCategory: CreateCategoryPayload;
  /** Adds a product to the catalogue. Needs the permission `product:write`. */
  readonly createProduct: CreateProductPayload;
  /** Changes what describes a product; fields left out stay as they are. Needs the permission `product:write`. */
  readonly updateProduct: UpdateProductPayload;
};


export type MutationAdjustStockArgs = {
  input: AdjustStockInput;
};


export type MutationChangePriceArgs = {
  input: ChangePriceInput;
};


export type MutationCreateCategoryArgs = {
  input: CreateCategoryInput;
};


export type MutationCreateProductArgs = {
  input: CreateProductInput;
};


export type MutationUpdateProductArgs = {
  input: UpdateProductInput;
};

/** Where a page stands within its list. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** The cursor of the last item; null on an empty page. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
  /** Whether there are items after this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether this page was asked for with `after`, so that items stand before it. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first item; null on an empty page. */
  readonly startCursor: Maybe<Scalars['String']['output']>;
};

/** A range of prices in one currency, both ends included. */
export type PriceRangeInput = {
  /** The currency's ISO 4217 code. */
  readonly currency: Scalars['String']['input'];
  /** The highest price, in minor units. */
  readonly max?: InputMaybe<Scalars['Int']['input']>;
  /** The lowest price, in minor units. */
  readonly min?: InputMaybe<Scalars['Int']['input']>;
};

/** Something that can be ordered. */
export type Product = {
  readonly __typename?: 'Product';
  /** Whether the product is on sale. */
  readonly active: Scalars['Boolean']['output'];
  /** Where the product stands in the catalogue. */
  readonly category: Category;
  /** When the product was added to the catalogue. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** What the product is, in a few sentences of plain text. */
  readonly description: Scalars['String']['output'];
  /** The id of the product. */
  readonly id: Scalars['ID']['output'];
  /** Whether at least one piece can be ordered now. */
  readonly inStock: Scalars['Boolean']['output'];
  /** What the warehouse knows. Needs the permission `product:write`. */
  readonly inventory: Maybe<Inventory>;
  /** The name buyers see. */
  readonly name: Scalars['String']['output'];
  /** The price of one piece. */
  readonly price: Money;
  /** The stock keeping unit: the product's name in the warehouse. It never changes. */
  readonly sku: Scalars['String']['output'];
  /** How many pieces can be ordered now: those on hand less those that orders hold back. */
  readonly stock: Scalars['Int']['output'];
  /** When the product was last changed by staff. */
  readonly updatedAt: Scalars['DateTime']['output'];
};

/** A page of products. */
export type ProductConnection = {
  readonly __typename?: 'ProductConnection';
  /** The products of this page, each with its cursor. */
  readonly edges: ReadonlyArray<ProductEdge>;
  /** The products of this page. */
  readonly nodes: ReadonlyArray<Product>;
  /** Whether there is more. */
  readonly pageInfo: PageInfo;
};

/** A product on a page. */
export type ProductEdge = {
  readonly __typename?: 'ProductEdge';
  /** Where the product stands in this order; opaque. */
  readonly cursor: Scalars['String']['output'];
  /** The product. */
  readonly node: Product;
};

/** Which products; all conditions together. */
export type ProductFilter = {
  /**
   * True: only what is on sale. False: only what is not. Null: both. What is not on sale is found only by viewers with
   * the permission `product:write`.
   */
  readonly active?: InputMaybe<Scalars['Boolean']['input']>;
  /** The slug of a category: its products and those of every category below it. */
  readonly category?: InputMaybe<Scalars['String']['input']>;
  /** True: only what can be ordered now. False: only what cannot. */
  readonly inStock?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only products in this range of prices. */
  readonly price?: InputMaybe<PriceRangeInput>;
  /**
   * Words to find in name, description or sku. Quotes hold a phrase together, `-` excludes a word, `or` widens;
   * the last word may be unfinished.
   */
  readonly search?: InputMaybe<Scalars['String']['input']>;
};

/** An order of products. */
export type ProductSort =
  /** By name, A to Z. */
  | 'NAME'
  /** The latest addition to the catalogue first. */
  | 'NEWEST'
  /** The cheapest first. */
  | 'PRICE_ASC'
  /** The dearest first. */
  | 'PRICE_DESC'
  /** The best match of the search text first; NEWEST without one. */
  | 'RELEVANCE';

export type Query = {
  readonly __typename?: 'Query';
  /** The top of the category tree, by name. */
  readonly categories: ReadonlyArray<Category>;
  /** One category, or null. */
  readonly category: Maybe<Category>;
  /**
   * One product, by exactly one of its id and its sku. Null when there is none, or when it is not on sale and the
   * viewer may not write products.
   */
  readonly product: Maybe<Product>;
  /** The catalogue: searched, filtered and sorted, a page at a time. */
  readonly products: ProductConnection;
  /**
   * What was ordered most in the last 24 hours, most ordered first. Filled up with the newest products when too little
   * was ordered or the counts are out of reach.
   */
  readonly trendingProducts: ReadonlyArray<Product>;
};


export type QueryCategoryArgs = {
  slug: Scalars['String']['input'];
};


export type QueryProductArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
  sku?: InputMaybe<Scalars['String']['input']>;
};


export type QueryProductsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ProductFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  sort?: InputMaybe<ProductSort>;
};


export type QueryTrendingProductsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** Changes of what describes a product; fields left out stay as they are. */
export type UpdateProductInput = {
  /** Whether it is on sale. */
  readonly active?: InputMaybe<Scalars['Boolean']['input']>;
  /** The slug of the category it stands in. */
  readonly category?: InputMaybe<Scalars['String']['input']>;
  /** What the product is, at most 5,000 characters. */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /** The id of the product. */
  readonly id: Scalars['ID']['input'];
  /** The name buyers see, at most 200 characters. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
};

/** What `updateProduct` answers. */
export type UpdateProductPayload = {
  readonly __typename?: 'UpdateProductPayload';
  /** The product after the change. */
  readonly product: Product;
};

/** Whether an answer is for everybody. */
export type CacheControl__Scope =
  /** For the same viewer only. */
  | 'PRIVATE'
  /** For everybody. */
  | 'PUBLIC';



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Product: Product;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Product:
    ( { __typename: 'Product' }
    & ( GraphQLRecursivePick<FederationTypes['Product'], {"id":true}>
        | GraphQLRecursivePick<FederationTypes['Product'], {"sku":true}> ) );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AdjustStockInput: AdjustStockInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  AdjustStockPayload: ResolverTypeWrapper<Omit<AdjustStockPayload, 'product'> & { product: ResolversTypes['Product'] }>;
  Category: ResolverTypeWrapper<CategoryRow>;
  ChangePriceInput: ChangePriceInput;
  ChangePricePayload: ResolverTypeWrapper<Omit<ChangePricePayload, 'product'> & { product: ResolversTypes['Product'] }>;
  CreateCategoryInput: CreateCategoryInput;
  CreateCategoryPayload: ResolverTypeWrapper<Omit<CreateCategoryPayload, 'category'> & { category: ResolversTypes['Category'] }>;
  CreateProductInput: CreateProductInput;
  CreateProductPayload: ResolverTypeWrapper<Omit<CreateProductPayload, 'product'> & { product: ResolversTypes['Product'] }>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Inventory: ResolverTypeWrapper<InventoryRow>;
  Money: ResolverTypeWrapper<Money>;
  MoneyInput: MoneyInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PriceRangeInput: PriceRangeInput;
  Product: ResolverTypeWrapper<ProductRow>;
  ProductConnection: ResolverTypeWrapper<Omit<ProductConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['ProductEdge']>, nodes: ReadonlyArray<ResolversTypes['Product']> }>;
  ProductEdge: ResolverTypeWrapper<Omit<ProductEdge, 'node'> & { node: ResolversTypes['Product'] }>;
  ProductFilter: ProductFilter;
  ProductSort: ProductSort;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  UpdateProductInput: UpdateProductInput;
  UpdateProductPayload: ResolverTypeWrapper<Omit<UpdateProductPayload, 'product'> & { product: ResolversTypes['Product'] }>;
  cacheControl__Scope: CacheControl__Scope;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AdjustStockInput: AdjustStockInput;
  ID: Scalars['ID']['output'];
  AdjustStockPayload: Omit<AdjustStockPayload, 'product'> & { product: ResolversParentTypes['Product'] };
  Category: CategoryRow;
  ChangePriceInput: ChangePriceInput;
  ChangePricePayload: Omit<ChangePricePayload, 'product'> & { product: ResolversParentTypes['Product'] };
  CreateCategoryInput: CreateCategoryInput;
  CreateCategoryPayload: Omit<CreateCategoryPayload, 'category'> & { category: ResolversParentTypes['Category'] };
  CreateProductInput: CreateProductInput;
  CreateProductPayload: Omit<CreateProductPayload, 'product'> & { product: ResolversParentTypes['Product'] };
  DateTime: Scalars['DateTime']['output'];
  Inventory: InventoryRow;
  Money: Money;
  MoneyInput: MoneyInput;
  Mutation: Record<PropertyKey, never>;
  PageInfo: PageInfo;
  PriceRangeInput: PriceRangeInput;
  Product: ProductRow;
  ProductConnection: Omit<ProductConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['ProductEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Product']> };
  ProductEdge: Omit<ProductEdge, 'node'> & { node: ResolversParentTypes['Product'] };
  ProductFilter: ProductFilter;
  Query: Record<PropertyKey, never>;
  UpdateProductInput: UpdateProductInput;
  UpdateProductPayload: Omit<UpdateProductPayload, 'product'> & { product: ResolversParentTypes['Product'] };
  Boolean: Scalars['Boolean']['output'];
  Int: Scalars['Int']['output'];
  String: Scalars['String']['output'];
};

export type CacheControlDirectiveArgs = {
  inheritMaxAge?: Maybe<Scalars['Boolean']['input']>;
  maxAge?: Maybe<Scalars['Int']['input']>;
  permissions?: Maybe<ReadonlyArray<Scalars['String']['input']>>;
  scope?: Maybe<CacheControl__Scope>;
};

export type CacheControlDirectiveResolver<Result, Parent, ContextType = Context, Args = CacheControlDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AdjustStockPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AdjustStockPayload'] = ResolversParentTypes['AdjustStockPayload']> = {
  product?: Resolver<ResolversTypes['Product'], ParentType, ContextType>;
};

export type CategoryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Category'] = ResolversParentTypes['Category']> = {
  ancestors?: Resolver<ReadonlyArray<ResolversTypes['Category']>, ParentType, ContextType>;
  children?: Resolver<ReadonlyArray<ResolversTypes['Category']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  parent?: Resolver<Maybe<ResolversTypes['Category']>, ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  slug?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ChangePricePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChangePricePayload'] = ResolversParentTypes['ChangePricePayload']> = {
  product?: Resolver<ResolversTypes['Product'], ParentType, ContextType>;
};

export type CreateCategoryPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateCategoryPayload'] = ResolversParentTypes['CreateCategoryPayload']> = {
  category?: Resolver<ResolversTypes['Category'], ParentType, ContextType>;
};

export type CreateProductPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateProductPayload'] = ResolversParentTypes['CreateProductPayload']> = {
  product?: Resolver<ResolversTypes['Product'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type InventoryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Inventory'] = ResolversParentTypes['Inventory']> = {
  onHand?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  reserved?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type MoneyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  adjustStock?: Resolver<ResolversTypes['AdjustStockPayload'], ParentType, ContextType, RequireFields<MutationAdjustStockArgs, 'input'>>;
  changePrice?: Resolver<ResolversTypes['ChangePricePayload'], ParentType, ContextType, RequireFields<MutationChangePriceArgs, 'input'>>;
  createCategory?: Resolver<ResolversTypes['CreateCategoryPayload'], ParentType, ContextType, RequireFields<MutationCreateCategoryArgs, 'input'>>;
  createProduct?: Resolver<ResolversTypes['CreateProductPayload'], ParentType, ContextType, RequireFields<MutationCreateProductArgs, 'input'>>;
  updateProduct?: Resolver<ResolversTypes['UpdateProductPayload'], ParentType, ContextType, RequireFields<MutationUpdateProductArgs, 'input'>>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ProductResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Product'] = ResolversParentTypes['Product'], FederationReferenceType extends FederationReferenceTypes['Product'] = FederationReferenceTypes['Product']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Product']> | FederationReferenceType, FederationReferenceType, ContextType>;
  active?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  category?: Resolver<ResolversTypes['Category'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  inStock?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  inventory?: Resolver<Maybe<ResolversTypes['Inventory']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  stock?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type ProductConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductConnection'] = ResolversParentTypes['ProductConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ProductEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Product']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ProductEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductEdge'] = ResolversParentTypes['ProductEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Product'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  categories?: Resolver<ReadonlyArray<ResolversTypes['Category']>, ParentType, ContextType>;
  category?: Resolver<Maybe<ResolversTypes['Category']>, ParentType, ContextType, RequireFields<QueryCategoryArgs, 'slug'>>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType, Partial<QueryProductArgs>>;
  products?: Resolver<ResolversTypes['ProductConnection'], ParentType, ContextType, RequireFields<QueryProductsArgs, 'first'>>;
  trendingProducts?: Resolver<ReadonlyArray<ResolversTypes['Product']>, ParentType, ContextType, RequireFields<QueryTrendingProductsArgs, 'first'>>;
};

export type UpdateProductPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdateProductPayload'] = ResolversParentTypes['UpdateProductPayload']> = {
  product?: Resolver<ResolversTypes['Product'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  AdjustStockPayload?: AdjustStockPayloadResolvers<ContextType>;
  Category?: CategoryResolvers<ContextType>;
  ChangePricePayload?: ChangePricePayloadResolvers<ContextType>;
  CreateCategoryPayload?: CreateCategoryPayloadResolvers<ContextType>;
  CreateProductPayload?: CreateProductPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Inventory?: InventoryResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Product?: ProductResolvers<ContextType>;
  ProductConnection?: ProductConnectionResolvers<ContextType>;
  ProductEdge?: ProductEdgeResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  UpdateProductPayload?: UpdateProductPayloadResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
};
