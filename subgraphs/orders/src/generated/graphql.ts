import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { OrderRow as OrderRowRow, OrderedItem as OrderedItemRow } from '../orderRows.ts';
import type { TimelineEntry as TimelineEntryRow } from '../timeline.ts';
import type { StoredEvent as StoredEventRow } from '@supergraph/events';
import type { PageOfOrders as PageOfOrdersRow } from '../orderPages.ts';
import type { UserReference as UserReferenceRow, ProductReference as ProductReferenceRow, Context } from '../context.ts';
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
  /** A time, RFC 3339 in UTC. */
  DateTime: { input: string; output: string; }
  _FieldSet: { input: string; output: string; }
};

/** Which order to cancel. */
export type CancelOrderInput = {
  /** The order's id. */
  readonly orderId: Scalars['ID']['input'];
  /** Why; for staff. A customer's own cancellation is always CUSTOMER_REQUEST, that of staff STAFF_REQUEST unless said. */
  readonly reason?: InputMaybe<CancelReason>;
};

/** What came of cancelling an order. */
export type CancelOrderPayload = {
  readonly __typename?: 'CancelOrderPayload';
  /** The cancelled order. */
  readonly order: Order;
};

/** Why an order was cancelled. */
export type CancelReason =
  /** The customer changed their mind. */
  | 'CUSTOMER_REQUEST'
  /** The warehouse did not have all of it. */
  | 'OUT_OF_STOCK'
  /** The card was refused. */
  | 'PAYMENT_DECLINED'
  /** The payment was not answered in time. */
  | 'PAYMENT_TIMEOUT'
  /** Staff cancelled it. */
  | 'STAFF_REQUEST';

/** Which order was delivered. */
export type DeliverOrderInput = {
  /** The order's id. */
  readonly orderId: Scalars['ID']['input'];
};

/** What came of delivering an order. */
export type DeliverOrderPayload = {
  readonly __typename?: 'DeliverOrderPayload';
  /** The delivered order. */
  readonly order: Order;
};

/** An amount of money. */
export type Money = {
  readonly __typename?: 'Money';
  /** Minor units: cents for EUR and USD, yen for JPY. */
  readonly amount: Scalars['Int']['output'];
  /** ISO 4217, three capital letters. */
  readonly currency: Scalars['String']['output'];
};

/** An amount of money. */
export type MoneyInput = {
  /** Minor units: cents for EUR and USD, yen for JPY. */
  readonly amount: Scalars['Int']['input'];
  /** ISO 4217, three capital letters. */
  readonly currency: Scalars['String']['input'];
};

export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Cancels an order that is not shipped yet. What was paid is given back, what was reserved is released. */
  readonly cancelOrder: CancelOrderPayload;
  /** Records that a shipped order has arrived; for staff who may write orders. */
  readonly deliverOrder: DeliverOrderPayload;
  /** Orders the given products for the viewer, unless the total is not the one the viewer was shown. */
  readonly placeOrder: PlaceOrderPayload;
  /** Records that a paid order has left the warehouse; for staff who may write orders. */
  readonly shipOrder: ShipOrderPayload;
};


export type MutationCancelOrderArgs = {
  input: CancelOrderInput;
};


export type MutationDeliverOrderArgs = {
  input: DeliverOrderInput;
};


export type MutationPlaceOrderArgs = {
  input: PlaceOrderInput;
};


export type MutationShipOrderArgs = {
  input: ShipOrderInput;
};

/** A purchase by one customer, with the prices of the moment it was placed. */
export type Order = {
  readonly __typename?: 'Order';
  /** Why the order was cancelled; null unless it was. */
  readonly cancelReason: Maybe<CancelReason>;
  /** Who placed the order. */
  readonly customer: User;
  /** The id of the order: a UUIDv8 that carries the slot of its customer. */
  readonly id: Scalars['ID']['output'];
  /** What was ordered. */
  readonly items: ReadonlyArray<OrderItem>;
  /** When the order was placed. */
  readonly placedAt: Scalars['DateTime']['output'];
  /** The address of the customer to which the order goes, when one was chosen. */
  readonly shippingAddressId: Maybe<Scalars['ID']['output']>;
  /** How far the order has come. */
  readonly status: OrderStatus;
  /** Everything that has happened to the order so far, oldest first. */
  readonly timeline: ReadonlyArray<OrderTimelineEntry>;
  /** The sum of all items, fixed when the order was placed. */
  readonly total: Money;
  /** What the carrier calls the parcel; null until shipped, or when there is none. */
  readonly trackingNumber: Maybe<Scalars['String']['output']>;
  /** When something last happened to the order. */
  readonly updatedAt: Scalars['DateTime']['output'];
};

/** A page of orders. */
export type OrderConnection = {
  readonly __typename?: 'OrderConnection';
  /** The orders of the page, each with its cursor. */
  readonly edges: ReadonlyArray<OrderEdge>;
  /** The orders of the page. */
  readonly nodes: ReadonlyArray<Order>;
  /** Where the page stands in the list. */
  readonly pageInfo: PageInfo;
};

/** An order in a page. */
export type OrderEdge = {
  readonly __typename?: 'OrderEdge';
  /** The place of this order in the list, to continue after it. */
  readonly cursor: Scalars['String']['output'];
  /** The order. */
  readonly node: Order;
};

/** Something that has just happened to an order. */
export type OrderEvent = {
  readonly __typename?: 'OrderEvent';
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** The id of the event; a client that has seen it may skip it. */
  readonly id: Scalars['ID']['output'];
  /** The order as it is now. */
  readonly order: Order;
  /** What happened. */
  readonly type: OrderEventType;
};

/** What can happen to an order. */
export type OrderEventType =
  /** It ended early. */
  | 'CANCELLED'
  /** It arrived. */
  | 'DELIVERED'
  /** The payment was captured. */
  | 'PAID'
  /** The payment was authorised. */
  | 'PAYMENT_AUTHORIZED'
  /** The customer placed it. */
  | 'PLACED'
  /** It left the warehouse. */
  | 'SHIPPED'
  /** The warehouse reserved all of it. */
  | 'STOCK_RESERVED';

/** Which orders to list. */
export type OrderFilter = {
  /** Only orders of this customer. */
  readonly customerId?: InputMaybe<Scalars['ID']['input']>;
  /** Only orders in this status. */
  readonly status?: InputMaybe<OrderStatus>;
};

/** One line of an order: a product as it was when the order was placed. */
export type OrderItem = {
  readonly __typename?: 'OrderItem';
  /** The unit price times the quantity. */
  readonly lineTotal: Money;
  /** The product's name when the order was placed. */
  readonly name: Scalars['String']['output'];
  /** The product in today's catalogue; null when it is not on sale any more. What was bought stands in sku and name. */
  readonly product: Maybe<Product>;
  /** How many pieces, 1 to 100. */
  readonly quantity: Scalars['Int']['output'];
  /** The product's stock keeping unit when the order was placed. */
  readonly sku: Scalars['String']['output'];
  /** The price of one piece when the order was placed. */
  readonly unitPrice: Money;
};

/** One product to order. */
export type OrderItemInput = {
  /** The product's id. */
  readonly productId: Scalars['ID']['input'];
  /** How many pieces, 1 to 100. */
  readonly quantity: Scalars['Int']['input'];
};

/** How far an order has come. */
export type OrderStatus =
  /** The payment is authorised but not captured yet. */
  | 'AUTHORIZED'
  /** The stock is reserved; the payment is under way. */
  | 'AWAITING_PAYMENT'
  /** Ended early; see cancelReason. */
  | 'CANCELLED'
  /** Arrived. */
  | 'DELIVERED'
  /** Paid; ready to be shipped. */
  | 'PAID'
  /** Placed; the warehouse is asked for the stock. */
  | 'PLACED'
  /** On its way. */
  | 'SHIPPED';

/** One step in the life of an order. */
export type OrderTimelineEntry = {
  readonly __typename?: 'OrderTimelineEntry';
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** The id of the event. */
  readonly id: Scalars['ID']['output'];
  /** The status of the order after it. */
  readonly status: OrderStatus;
  /** What happened. */
  readonly type: OrderEventType;
};

/** Where a page stands in its list. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** The cursor of the last entry; null on an empty page. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
  /** Whether there is more after this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether there is something before this page. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first entry; null on an empty page. */
  readonly startCursor: Maybe<Scalars['String']['output']>;
};

/** What to order. */
export type PlaceOrderInput = {
  /** The total the viewer was shown; with another one nothing is ordered and the outcome is PRICE_CHANGED. */
  readonly expectedTotal: MoneyInput;
  /**
   * Made by the client for this purchase, 1 to 200 characters. The same key with the same input returns the same order,
   * however often it is sent; with another input it is refused as IDEMPOTENCY_KEY_REUSED.
   */
  readonly idempotencyKey: Scalars['String']['input'];
  /** 1 to 50 different products. */
  readonly items: ReadonlyArray<OrderItemInput>;
  /** What the payment provider gave the client for the viewer's card. It is used once. */
  readonly paymentToken: Scalars['String']['input'];
  /** One of the viewer's addresses. */
  readonly shippingAddressId?: InputMaybe<Scalars['ID']['input']>;
};

/** What can come of placing an order. */
export type PlaceOrderOutcome =
  /** The order is placed. */
  | 'PLACED'
  /** The items cost something else by now; nothing was ordered. */
  | 'PRICE_CHANGED';

/** What came of placing an order. */
export type PlaceOrderPayload = {
  readonly __typename?: 'PlaceOrderPayload';
  /** What the items cost now: the order's total, or what to show the viewer before asking again. */
  readonly currentTotal: Money;
  /** The order; null when it was not placed. */
  readonly order: Maybe<Order>;
  /** Whether the order was placed. */
  readonly outcome: PlaceOrderOutcome;
};

/** A product of the catalogue. */
export type Product = {
  readonly __typename?: 'Product';
  /** The product's id. */
  readonly id: Scalars['ID']['output'];
};

/** Orders: what customers bought, what became of it, and the events along the way. */
export type Query = {
  readonly __typename?: 'Query';
  /** One order of the viewer's own, or any order for staff who may read orders; null when there is none to show. */
  readonly order: Maybe<Order>;
  /** All orders, newest first; for staff who may read orders. */
  readonly orders: OrderConnection;
};


/** Orders: what customers bought, what became of it, and the events along the way. */
export type QueryOrderArgs = {
  id: Scalars['ID']['input'];
};


/** Orders: what customers bought, what became of it, and the events along the way. */
export type QueryOrdersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<OrderFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** Which order was shipped. */
export type ShipOrderInput = {
  /** The order's id. */
  readonly orderId: Scalars['ID']['input'];
  /** What the carrier calls the parcel, up to 100 characters. */
  readonly trackingNumber?: InputMaybe<Scalars['String']['input']>;
};

/** What came of shipping an order. */
export type ShipOrderPayload = {
  readonly __typename?: 'ShipOrderPayload';
  /** The shipped order. */
  readonly order: Order;
};

export type Subscription = {
  readonly __typename?: 'Subscription';
  /**
   * What happens to orders from now on, in order. With an id: to this order. Without: to all orders of the viewer, or to
   * everyone's for staff who may read orders.
   */
  readonly orderEvents: OrderEvent;
};


export type SubscriptionOrderEventsArgs = {
  orderId?: InputMaybe<Scalars['ID']['input']>;
};

/** A customer, with what this service knows: the orders. */
export type User = {
  readonly __typename?: 'User';
  /** The user's id. */
  readonly id: Scalars['ID']['output'];
  /** The user's orders, newest first; for the user, and for staff who may read orders. */
  readonly orders: OrderConnection;
};


/** A customer, with what this service knows: the orders. */
export type UserOrdersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};



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
  Order: Order;
  User: User;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Order:
    ( { __typename: 'Order' }
    & GraphQLRecursivePick<FederationTypes['Order'], {"id":true}> );
  User:
    ( { __typename: 'User' }
    & GraphQLRecursivePick<FederationTypes['User'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  CancelOrderInput: CancelOrderInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  CancelOrderPayload: ResolverTypeWrapper<Omit<CancelOrderPayload, 'order'> & { order: ResolversTypes['Order'] }>;
  CancelReason: CancelReason;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DeliverOrderInput: DeliverOrderInput;
  DeliverOrderPayload: ResolverTypeWrapper<Omit<DeliverOrderPayload, 'order'> & { order: ResolversTypes['Order'] }>;
  Money: ResolverTypeWrapper<Money>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  MoneyInput: MoneyInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Order: ResolverTypeWrapper<OrderRowRow>;
  OrderConnection: ResolverTypeWrapper<PageOfOrdersRow>;
  OrderEdge: ResolverTypeWrapper<Omit<OrderEdge, 'node'> & { node: ResolversTypes['Order'] }>;
  OrderEvent: ResolverTypeWrapper<StoredEventRow>;
  OrderEventType: OrderEventType;
  OrderFilter: OrderFilter;
  OrderItem: ResolverTypeWrapper<OrderedItemRow>;
  OrderItemInput: OrderItemInput;
  OrderStatus: OrderStatus;
  OrderTimelineEntry: ResolverTypeWrapper<TimelineEntryRow>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  PlaceOrderInput: PlaceOrderInput;
  PlaceOrderOutcome: PlaceOrderOutcome;
  PlaceOrderPayload: ResolverTypeWrapper<Omit<PlaceOrderPayload, 'order'> & { order?: Maybe<ResolversTypes['Order']> }>;
  Product: ResolverTypeWrapper<ProductReferenceRow>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ShipOrderInput: ShipOrderInput;
  ShipOrderPayload: ResolverTypeWrapper<Omit<ShipOrderPayload, 'order'> & { order: ResolversTypes['Order'] }>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  User: ResolverTypeWrapper<UserReferenceRow>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  CancelOrderInput: CancelOrderInput;
  ID: Scalars['ID']['output'];
  CancelOrderPayload: Omit<CancelOrderPayload, 'order'> & { order: ResolversParentTypes['Order'] };
  DateTime: Scalars['DateTime']['output'];
  DeliverOrderInput: DeliverOrderInput;
  DeliverOrderPayload: Omit<DeliverOrderPayload, 'order'> & { order: ResolversParentTypes['Order'] };
  Money: Money;
  Int: Scalars['Int']['output'];
  String: Scalars['String']['output'];
  MoneyInput: MoneyInput;
  Mutation: Record<PropertyKey, never>;
  Order: OrderRowRow;
  OrderConnection: PageOfOrdersRow;
  OrderEdge: Omit<OrderEdge, 'node'> & { node: ResolversParentTypes['Order'] };
  OrderEvent: StoredEventRow;
  OrderFilter: OrderFilter;
  OrderItem: OrderedItemRow;
  OrderItemInput: OrderItemInput;
  OrderTimelineEntry: TimelineEntryRow;
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  PlaceOrderInput: PlaceOrderInput;
  PlaceOrderPayload: Omit<PlaceOrderPayload, 'order'> & { order?: Maybe<ResolversParentTypes['Order']> };
  Product: ProductReferenceRow;
  Query: Record<PropertyKey, never>;
  ShipOrderInput: ShipOrderInput;
  ShipOrderPayload: Omit<ShipOrderPayload, 'order'> & { order: ResolversParentTypes['Order'] };
  Subscription: Record<PropertyKey, never>;
  User: UserReferenceRow;
};

export type CancelOrderPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CancelOrderPayload'] = ResolversParentTypes['CancelOrderPayload']> = {
  order?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeliverOrderPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeliverOrderPayload'] = ResolversParentTypes['DeliverOrderPayload']> = {
  order?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
};

export type MoneyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  cancelOrder?: Resolver<ResolversTypes['CancelOrderPayload'], ParentType, ContextType, RequireFields<MutationCancelOrderArgs, 'input'>>;
  deliverOrder?: Resolver<ResolversTypes['DeliverOrderPayload'], ParentType, ContextType, RequireFields<MutationDeliverOrderArgs, 'input'>>;
  placeOrder?: Resolver<ResolversTypes['PlaceOrderPayload'], ParentType, ContextType, RequireFields<MutationPlaceOrderArgs, 'input'>>;
  shipOrder?: Resolver<ResolversTypes['ShipOrderPayload'], ParentType, ContextType, RequireFields<MutationShipOrderArgs, 'input'>>;
};

export type OrderResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Order'] = ResolversParentTypes['Order'], FederationReferenceType extends FederationReferenceTypes['Order'] = FederationReferenceTypes['Order']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Order']> | FederationReferenceType, FederationReferenceType, ContextType>;
  cancelReason?: Resolver<Maybe<ResolversTypes['CancelReason']>, ParentType, ContextType>;
  customer?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  items?: Resolver<ReadonlyArray<ResolversTypes['OrderItem']>, ParentType, ContextType>;
  placedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  shippingAddressId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['OrderStatus'], ParentType, ContextType>;
  timeline?: Resolver<ReadonlyArray<ResolversTypes['OrderTimelineEntry']>, ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  trackingNumber?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type OrderConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderConnection'] = ResolversParentTypes['OrderConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['OrderEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Order']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type OrderEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderEdge'] = ResolversParentTypes['OrderEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
};

export type OrderEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderEvent'] = ResolversParentTypes['OrderEvent']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  order?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['OrderEventType'], ParentType, ContextType>;
};

export type OrderItemResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderItem'] = ResolversParentTypes['OrderItem']> = {
  lineTotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  unitPrice?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type OrderTimelineEntryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderTimelineEntry'] = ResolversParentTypes['OrderTimelineEntry']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['OrderStatus'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['OrderEventType'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PlaceOrderPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PlaceOrderPayload'] = ResolversParentTypes['PlaceOrderPayload']> = {
  currentTotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['PlaceOrderOutcome'], ParentType, ContextType>;
};

export type ProductResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Product'] = ResolversParentTypes['Product']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType, RequireFields<QueryOrderArgs, 'id'>>;
  orders?: Resolver<ResolversTypes['OrderConnection'], ParentType, ContextType, RequireFields<QueryOrdersArgs, 'first'>>;
};

export type ShipOrderPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ShipOrderPayload'] = ResolversParentTypes['ShipOrderPayload']> = {
  order?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  orderEvents?: SubscriptionResolver<ResolversTypes['OrderEvent'], "orderEvents", ParentType, ContextType, Partial<SubscriptionOrderEventsArgs>>;
};

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User'], FederationReferenceType extends FederationReferenceTypes['User'] = FederationReferenceTypes['User']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['User']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  orders?: Resolver<ResolversTypes['OrderConnection'], ParentType, ContextType, RequireFields<UserOrdersArgs, 'first'>>;
};

export type Resolvers<ContextType = Context> = {
  CancelOrderPayload?: CancelOrderPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DeliverOrderPayload?: DeliverOrderPayloadResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Order?: OrderResolvers<ContextType>;
  OrderConnection?: OrderConnectionResolvers<ContextType>;
  OrderEdge?: OrderEdgeResolvers<ContextType>;
  OrderEvent?: OrderEventResolvers<ContextType>;
  OrderItem?: OrderItemResolvers<ContextType>;
  OrderTimelineEntry?: OrderTimelineEntryResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PlaceOrderPayload?: PlaceOrderPayloadResolvers<ContextType>;
  Product?: ProductResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  ShipOrderPayload?: ShipOrderPayloadResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
};

