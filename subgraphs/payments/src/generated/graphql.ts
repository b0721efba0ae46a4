import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { PaymentRow as PaymentRowRow, RefundRow as RefundRowRow } from '../paymentTable.ts';
import type { OrderReference as OrderReferenceRow, Context } from '../context.ts';
import type { PositionedEvent as PositionedEventRow } from '@supergraph/eventsourcing';
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

/** What to capture. */
export type CapturePaymentInput = {
  /** A part of it; all that was authorised when left out. What is not captured is released. */
  readonly amount?: InputMaybe<MoneyInput>;
  /** An authorised payment. */
  readonly paymentId: Scalars['ID']['input'];
};

/** The result of capturePayment. */
export type CapturePaymentPayload = {
  readonly __typename?: 'CapturePaymentPayload';
  /** The payment; CAPTURED as soon as the provider has answered. */
  readonly payment: Payment;
};

/** Why a card was refused. */
export type DeclineCode =
  /** The bank said no, without a reason. */
  | 'CARD_DECLINED'
  /** There is not enough money on the account. */
  | 'INSUFFICIENT_FUNDS'
  /** The payment token is unknown or was used up. */
  | 'INVALID_TOKEN';

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
  /** Takes the money that was authorised, where capture is manual. Asking again changes nothing. Needs `payment:write`. */
  readonly capturePayment: CapturePaymentPayload;
  /** Gives captured money back, all of it or a part. Needs `payment:write`. */
  readonly refundPayment: RefundPaymentPayload;
};


export type MutationCapturePaymentArgs = {
  input: CapturePaymentInput;
};


export type MutationRefundPaymentArgs = {
  input: RefundPaymentInput;
};

/** An order, as far as payments knows it. */
export type Order = {
  readonly __typename?: 'Order';
  /** The order's id. */
  readonly id: Scalars['ID']['output'];
  /** Its payment; null before there is one, or when it is somebody else's. */
  readonly payment: Maybe<Payment>;
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

/** The payment of one order. Seen by the customer who pays and by staff with `payment:read`. */
export type Payment = {
  readonly __typename?: 'Payment';
  /** What the order costs. */
  readonly amount: Money;
  /** What was taken from the card; less than `amount` after a partial capture. */
  readonly capturedAmount: Money;
  /** When orders asked for it. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Why the card was refused; null unless the status is DECLINED. */
  readonly declineCode: Maybe<DeclineCode>;
  /** UUIDv8; carries the slot of its customer. */
  readonly id: Scalars['ID']['output'];
  /** The card; null until it was authorised. */
  readonly method: Maybe<PaymentMethod>;
  /** The order that is paid. */
  readonly order: Order;
  /** What has gone back to the customer; refunds under way are not in it yet. */
  readonly refundedAmount: Money;
  /** Money given back or on its way back, oldest first. */
  readonly refunds: ReadonlyArray<Refund>;
  /** How far it has come. */
  readonly status: PaymentStatus;
  /** When it changed last. */
  readonly updatedAt: Scalars['DateTime']['output'];
};

/** Payments in pages. */
export type PaymentConnection = {
  readonly __typename?: 'PaymentConnection';
  /** This page, with a cursor for each payment. */
  readonly edges: ReadonlyArray<PaymentEdge>;
  /** This page. */
  readonly nodes: ReadonlyArray<Payment>;
  /** Whether there is more, and from where. */
  readonly pageInfo: PageInfo;
};

/** One payment of a page. */
export type PaymentEdge = {
  readonly __typename?: 'PaymentEdge';
  /** Where it stands in the list. */
  readonly cursor: Scalars['String']['output'];
  /** The payment. */
  readonly node: Payment;
};

/** Something that happened to a payment. */
export type PaymentEvent = {
  readonly __typename?: 'PaymentEvent';
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** The event's id. */
  readonly id: Scalars['ID']['output'];
  /** The payment as it is now, which may be further on than the event. */
  readonly payment: Payment;
  /** What happened. */
  readonly type: PaymentEventType;
};

/** What can happen to a payment. */
export type PaymentEventType =
  /** The provider no longer holds the money. */
  | 'PAYMENT_AUTHORIZATION_RELEASED'
  /** The provider holds the money for us. */
  | 'PAYMENT_AUTHORIZED'
  /** The provider's yes came too late. */
  | 'PAYMENT_AUTHORIZED_LATE'
  /** The money was taken. */
  | 'PAYMENT_CAPTURED'
  /** The money is to be taken. */
  | 'PAYMENT_CAPTURE_REQUESTED'
  /** The card was refused. */
  | 'PAYMENT_DECLINED'
  /** The provider could not take the money. */
  | 'PAYMENT_FAILED'
  /** Money was given back. */
  | 'PAYMENT_REFUNDED'
  /** Orders asked for a payment. */
  | 'PAYMENT_REQUESTED'
  /** The payment was given up. */
  | 'PAYMENT_VOIDED'
  /** The provider refused to give money back. */
  | 'REFUND_FAILED'
  /** Money is to be given back. */
  | 'REFUND_REQUESTED';

/** Which payments to list; conditions are joined by AND. */
export type PaymentFilter = {
  /** Of this customer. */
  readonly customerId?: InputMaybe<Scalars['ID']['input']>;
  /** Of this order. */
  readonly orderId?: InputMaybe<Scalars['ID']['input']>;
  /** In one of these statuses. */
  readonly status?: InputMaybe<ReadonlyArray<PaymentStatus>>;
};

/** What may be seen of a card. */
export type PaymentMethod = {
  readonly __typename?: 'PaymentMethod';
  /** Who issued it, as `visa`. */
  readonly brand: Scalars['String']['output'];
  /** The last four digits of its number. */
  readonly last4: Scalars['String']['output'];
};

/** How far a payment has come. */
export type PaymentStatus =
  /** The provider holds the money for us. */
  | 'AUTHORIZED'
  /** The money was taken. */
  | 'CAPTURED'
  /** The card was refused; nothing was taken. */
  | 'DECLINED'
  /** The provider could not take what it had authorised; nothing was taken. */
  | 'FAILED'
  /** A part of the money went back. */
  | 'PARTIALLY_REFUNDED'
  /** All of the money went back. */
  | 'REFUNDED'
  /** Asked for; the provider has not answered yet. */
  | 'REQUESTED'
  /** Given up before anything was taken, because the order was cancelled. */
  | 'VOIDED';

export type Query = {
  readonly __typename?: 'Query';
  /** One payment; null when there is none, or when it is somebody else's. */
  readonly payment: Maybe<Payment>;
  /** Everybody's payments, newest first. For staff with `payment:read`. */
  readonly payments: PaymentConnection;
};


export type QueryPaymentArgs = {
  id: Scalars['ID']['input'];
};


export type QueryPaymentsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<PaymentFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** Money that goes back to the customer. */
export type Refund = {
  readonly __typename?: 'Refund';
  /** How much. */
  readonly amount: Money;
  /** When it was asked for. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** The refund's id. */
  readonly id: Scalars['ID']['output'];
  /** Why, in the words of whoever asked; ORDER_CANCELLED when the order was cancelled. */
  readonly reason: Scalars['String']['output'];
  /** How far it has come. */
  readonly status: RefundStatus;
};

/** What to give back. */
export type RefundPaymentInput = {
  /** A part of it; all that is left of it when left out. */
  readonly amount?: InputMaybe<MoneyInput>;
  /** Chosen by the caller, 1 to 200 characters: the same request with the same key is carried out once. */
  readonly idempotencyKey: Scalars['String']['input'];
  /** A captured payment. */
  readonly paymentId: Scalars['ID']['input'];
  /** Why; the customer can read it. 1 to 500 characters. */
  readonly reason: Scalars['String']['input'];
};

/** The result of refundPayment. */
export type RefundPaymentPayload = {
  readonly __typename?: 'RefundPaymentPayload';
  /** The payment with its refunds. */
  readonly payment: Payment;
  /** The refund that was asked for; DONE as soon as the provider has answered. */
  readonly refund: Refund;
};

/** How far a refund has come. */
export type RefundStatus =
  /** The money went back. */
  | 'DONE'
  /** The provider refused; staff has to look at it. */
  | 'FAILED'
  /** Asked for; the provider has not answered yet. */
  | 'REQUESTED';

export type Subscription = {
  readonly __typename?: 'Subscription';
  /**
   * What happens to payments, live: those of one order, or all of the viewer's own. Staff with `payment:read` may follow
   * everybody's.
   */
  readonly paymentEvents: PaymentEvent;
};


export type SubscriptionPaymentEventsArgs = {
  orderId?: InputMaybe<Scalars['ID']['input']>;
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
  Payment: Payment;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Order:
    ( { __typename: 'Order' }
    & GraphQLRecursivePick<FederationTypes['Order'], {"id":true}> );
  Payment:
    ( { __typename: 'Payment' }
    & GraphQLRecursivePick<FederationTypes['Payment'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  CapturePaymentInput: CapturePaymentInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  CapturePaymentPayload: ResolverTypeWrapper<Omit<CapturePaymentPayload, 'payment'> & { payment: ResolversTypes['Payment'] }>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DeclineCode: DeclineCode;
  Money: ResolverTypeWrapper<Money>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  MoneyInput: MoneyInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Order: ResolverTypeWrapper<OrderReferenceRow>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Payment: ResolverTypeWrapper<PaymentRowRow>;
  PaymentConnection: ResolverTypeWrapper<Omit<PaymentConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['PaymentEdge']>, nodes: ReadonlyArray<ResolversTypes['Payment']> }>;
  PaymentEdge: ResolverTypeWrapper<Omit<PaymentEdge, 'node'> & { node: ResolversTypes['Payment'] }>;
  PaymentEvent: ResolverTypeWrapper<PositionedEventRow>;
  PaymentEventType: PaymentEventType;
  PaymentFilter: PaymentFilter;
  PaymentMethod: ResolverTypeWrapper<PaymentMethod>;
  PaymentStatus: PaymentStatus;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Refund: ResolverTypeWrapper<RefundRowRow>;
  RefundPaymentInput: RefundPaymentInput;
  RefundPaymentPayload: ResolverTypeWrapper<Omit<RefundPaymentPayload, 'payment' | 'refund'> & { payment: ResolversTypes['Payment'], refund: ResolversTypes['Refund'] }>;
  RefundStatus: RefundStatus;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  CapturePaymentInput: CapturePaymentInput;
  ID: Scalars['ID']['output'];
  CapturePaymentPayload: Omit<CapturePaymentPayload, 'payment'> & { payment: ResolversParentTypes['Payment'] };
  DateTime: Scalars['DateTime']['output'];
  Money: Money;
  Int: Scalars['Int']['output'];
  String: Scalars['String']['output'];
  MoneyInput: MoneyInput;
  Mutation: Record<PropertyKey, never>;
  Order: OrderReferenceRow;
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  Payment: PaymentRowRow;
  PaymentConnection: Omit<PaymentConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['PaymentEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Payment']> };
  PaymentEdge: Omit<PaymentEdge, 'node'> & { node: ResolversParentTypes['Payment'] };
  PaymentEvent: PositionedEventRow;
  PaymentFilter: PaymentFilter;
  PaymentMethod: PaymentMethod;
  Query: Record<PropertyKey, never>;
  Refund: RefundRowRow;
  RefundPaymentInput: RefundPaymentInput;
  RefundPaymentPayload: Omit<RefundPaymentPayload, 'payment' | 'refund'> & { payment: ResolversParentTypes['Payment'], refund: ResolversParentTypes['Refund'] };
  Subscription: Record<PropertyKey, never>;
};

export type CapturePaymentPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CapturePaymentPayload'] = ResolversParentTypes['CapturePaymentPayload']> = {
  payment?: Resolver<ResolversTypes['Payment'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type MoneyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  capturePayment?: Resolver<ResolversTypes['CapturePaymentPayload'], ParentType, ContextType, RequireFields<MutationCapturePaymentArgs, 'input'>>;
  refundPayment?: Resolver<ResolversTypes['RefundPaymentPayload'], ParentType, ContextType, RequireFields<MutationRefundPaymentArgs, 'input'>>;
};

export type OrderResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Order'] = ResolversParentTypes['Order'], FederationReferenceType extends FederationReferenceTypes['Order'] = FederationReferenceTypes['Order']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Order']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  payment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PaymentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Payment'] = ResolversParentTypes['Payment'], FederationReferenceType extends FederationReferenceTypes['Payment'] = FederationReferenceTypes['Payment']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Payment']> | FederationReferenceType, FederationReferenceType, ContextType>;
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  capturedAmount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  declineCode?: Resolver<Maybe<ResolversTypes['DeclineCode']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  method?: Resolver<Maybe<ResolversTypes['PaymentMethod']>, ParentType, ContextType>;
  order?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
  refundedAmount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  refunds?: Resolver<ReadonlyArray<ResolversTypes['Refund']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PaymentStatus'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type PaymentConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PaymentConnection'] = ResolversParentTypes['PaymentConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['PaymentEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Payment']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type PaymentEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PaymentEdge'] = ResolversParentTypes['PaymentEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Payment'], ParentType, ContextType>;
};

export type PaymentEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PaymentEvent'] = ResolversParentTypes['PaymentEvent']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  payment?: Resolver<ResolversTypes['Payment'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['PaymentEventType'], ParentType, ContextType>;
};

export type PaymentMethodResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PaymentMethod'] = ResolversParentTypes['PaymentMethod']> = {
  brand?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  last4?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  payment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType, RequireFields<QueryPaymentArgs, 'id'>>;
  payments?: Resolver<ResolversTypes['PaymentConnection'], ParentType, ContextType, RequireFields<QueryPaymentsArgs, 'first'>>;
};

export type RefundResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Refund'] = ResolversParentTypes['Refund']> = {
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['RefundStatus'], ParentType, ContextType>;
};

export type RefundPaymentPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RefundPaymentPayload'] = ResolversParentTypes['RefundPaymentPayload']> = {
  payment?: Resolver<ResolversTypes['Payment'], ParentType, ContextType>;
  refund?: Resolver<ResolversTypes['Refund'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  paymentEvents?: SubscriptionResolver<ResolversTypes['PaymentEvent'], "paymentEvents", ParentType, ContextType, Partial<SubscriptionPaymentEventsArgs>>;
};

export type Resolvers<ContextType = Context> = {
  CapturePaymentPayload?: CapturePaymentPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Money?: MoneyResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Order?: OrderResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Payment?: PaymentResolvers<ContextType>;
  PaymentConnection?: PaymentConnectionResolvers<ContextType>;
  PaymentEdge?: PaymentEdgeResolvers<ContextType>;
  PaymentEvent?: PaymentEventResolvers<ContextType>;
  PaymentMethod?: PaymentMethodResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Refund?: RefundResolvers<ContextType>;
  RefundPaymentPayload?: RefundPaymentPayloadResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
};

