/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Which order to cancel. */
export type CancelOrderInput = {
  /** The order's id. */
  readonly orderId: string;
  /** Why; for staff. A customer's own cancellation is always CUSTOMER_REQUEST, that of staff STAFF_REQUEST unless said. */
  readonly reason?: CancelReason | null | undefined;
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

/** Why a card was refused. */
export type DeclineCode =
  /** The bank said no, without a reason. */
  | 'CARD_DECLINED'
  /** There is not enough money on the account. */
  | 'INSUFFICIENT_FUNDS'
  /** The payment token is unknown or was used up. */
  | 'INVALID_TOKEN';

/** An amount of money. */
export type MoneyInput = {
  /** Minor units: cents for EUR and USD, yen for JPY. */
  readonly amount: number;
  /** ISO 4217, three capital letters. */
  readonly currency: string;
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

/** One product to order. */
export type OrderItemInput = {
  /** The product's id. */
  readonly productId: string;
  /** How many pieces, 1 to 100. */
  readonly quantity: number;
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

/** What to order. */
export type PlaceOrderInput = {
  /** The total the viewer was shown; with another one nothing is ordered and the outcome is PRICE_CHANGED. */
  readonly expectedTotal: MoneyInput;
  /**
   * Made by the client for this purchase, 1 to 200 characters. The same key with the same input returns the same order,
   * however often it is sent; with another input it is refused as IDEMPOTENCY_KEY_REUSED.
   */
  readonly idempotencyKey: string;
  /** 1 to 50 different products. */
  readonly items: ReadonlyArray<OrderItemInput>;
  /** What the payment provider gave the client for the viewer's card. It is used once. */
  readonly paymentToken: string;
  /** One of the viewer's addresses. */
  readonly shippingAddressId?: string | null | undefined;
};

/** What can come of placing an order. */
export type PlaceOrderOutcome =
  /** The order is placed. */
  | 'PLACED'
  /** The items cost something else by now; nothing was ordered. */
  | 'PRICE_CHANGED';

/** A range of prices in one currency, both ends included. */
export type PriceRangeInput = {
  /** The currency's ISO 4217 code. */
  readonly currency: string;
  /** The highest price, in minor units. */
  readonly max?: number | null | undefined;
  /** The lowest price, in minor units. */
  readonly min?: number | null | undefined;
};

/** Which products; all conditions together. */
export type ProductFilter = {
  /**
   * True: only what is on sale. False: only what is not. Null: both. What is not on sale is found only by viewers with
   * the permission `product:write`.
   */
  readonly active?: boolean | null | undefined;
  /** The slug of a category: its products and those of every category below it. */
  readonly category?: string | null | undefined;
  /** True: only what can be ordered now. False: only what cannot. */
  readonly inStock?: boolean | null | undefined;
  /** Only products in this range of prices. */
  readonly price?: PriceRangeInput | null | undefined;
  /**
   * Words to find in name, description or sku. Quotes hold a phrase together, `-` excludes a word, `or` widens;
   * the last word may be unfinished.
   */
  readonly search?: string | null | undefined;
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

/** What to give back. */
export type RefundPaymentInput = {
  /** A part of it; all that is left of it when left out. */
  readonly amount?: MoneyInput | null | undefined;
  /** Chosen by the caller, 1 to 200 characters: the same request with the same key is carried out once. */
  readonly idempotencyKey: string;
  /** A captured payment. */
  readonly paymentId: string;
  /** Why; the customer can read it. 1 to 500 characters. */
  readonly reason: string;
};

/** How far a refund has come. */
export type RefundStatus =
  /** The money went back. */
  | 'DONE'
  /** The provider refused; staff has to look at it. */
  | 'FAILED'
  /** Asked for; the provider has not answered yet. */
  | 'REQUESTED';

/** What an account may do; the permissions of each role are in the documentation. */
export type Role =
  /** Runs the shop. */
  | 'ADMIN'
  /** Buys. Sees and changes only what is their own. */
  | 'CUSTOMER'
  /** Serves customers. */
  | 'EMPLOYEE'
  /** Leads employees. */
  | 'MANAGER'
  /** Runs the shop and decides who else does. */
  | 'SUPER_ADMIN';

/** Which order was shipped. */
export type ShipOrderInput = {
  /** The order's id. */
  readonly orderId: string;
  /** What the carrier calls the parcel, up to 100 characters. */
  readonly trackingNumber?: string | null | undefined;
};

export type OrdersAcrossTheGraphQueryVariables = Exact<{
  first: number;
}>;


export type OrdersAcrossTheGraphQuery = { readonly orders: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly status: OrderStatus, readonly customer: { readonly id: string, readonly name: string, readonly email: string | null }, readonly items: ReadonlyArray<{ readonly quantity: number, readonly product: { readonly sku: string, readonly name: string, readonly stock: number, readonly category: { readonly name: string } } | null }>, readonly payment: { readonly status: PaymentStatus, readonly refunds: ReadonlyArray<{ readonly status: RefundStatus }> } | null }> } };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { readonly me: { readonly id: string, readonly name: string, readonly email: string | null, readonly roles: ReadonlyArray<Role> | null } | null };

export type BrowseProductsQueryVariables = Exact<{
  filter?: ProductFilter | null | undefined;
  sort?: ProductSort | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type BrowseProductsQuery = { readonly products: { readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly sku: string, readonly name: string, readonly stock: number, readonly inStock: boolean, readonly price: { readonly amount: number, readonly currency: string } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type ProductBySkuQueryVariables = Exact<{
  sku: string;
}>;


export type ProductBySkuQuery = { readonly product: { readonly id: string, readonly sku: string, readonly name: string, readonly stock: number, readonly inStock: boolean, readonly price: { readonly amount: number, readonly currency: string } } | null };

export type ProductCardFragment = { readonly id: string, readonly sku: string, readonly name: string, readonly stock: number, readonly inStock: boolean, readonly price: { readonly amount: number, readonly currency: string } };

export type PlaceOrderMutationVariables = Exact<{
  input: PlaceOrderInput;
}>;


export type PlaceOrderMutation = { readonly placeOrder: { readonly outcome: PlaceOrderOutcome, readonly currentTotal: { readonly amount: number, readonly currency: string }, readonly order: { readonly id: string, readonly status: OrderStatus, readonly cancelReason: CancelReason | null, readonly total: { readonly amount: number, readonly currency: string } } | null } };

export type CancelOrderMutationVariables = Exact<{
  input: CancelOrderInput;
}>;


export type CancelOrderMutation = { readonly cancelOrder: { readonly order: { readonly id: string, readonly status: OrderStatus, readonly cancelReason: CancelReason | null, readonly total: { readonly amount: number, readonly currency: string } } } };

export type ShipOrderMutationVariables = Exact<{
  input: ShipOrderInput;
}>;


export type ShipOrderMutation = { readonly shipOrder: { readonly order: { readonly id: string, readonly status: OrderStatus, readonly cancelReason: CancelReason | null, readonly total: { readonly amount: number, readonly currency: string } } } };

export type OrderByIdQueryVariables = Exact<{
  id: string;
}>;


export type OrderByIdQuery = { readonly order: { readonly id: string, readonly status: OrderStatus, readonly cancelReason: CancelReason | null, readonly timeline: ReadonlyArray<{ readonly type: OrderEventType, readonly status: OrderStatus, readonly at: string }>, readonly payment: { readonly id: string, readonly status: PaymentStatus, readonly declineCode: DeclineCode | null, readonly amount: { readonly amount: number, readonly currency: string }, readonly capturedAmount: { readonly amount: number }, readonly refundedAmount: { readonly amount: number } } | null, readonly total: { readonly amount: number, readonly currency: string } } | null };

export type FollowOrderSubscriptionVariables = Exact<{
  orderId?: string | null | undefined;
}>;


export type FollowOrderSubscription = { readonly orderEvents: { readonly id: string, readonly type: OrderEventType, readonly at: string, readonly order: { readonly id: string, readonly status: OrderStatus, readonly cancelReason: CancelReason | null, readonly customer: { readonly name: string }, readonly items: ReadonlyArray<{ readonly quantity: number, readonly product: { readonly name: string } | null }>, readonly total: { readonly amount: number, readonly currency: string } } } };

export type OrderStateFragment = { readonly id: string, readonly status: OrderStatus, readonly cancelReason: CancelReason | null, readonly total: { readonly amount: number, readonly currency: string } };

export type PaymentByIdQueryVariables = Exact<{
  id: string;
}>;


export type PaymentByIdQuery = { readonly payment: { readonly id: string, readonly status: PaymentStatus, readonly declineCode: DeclineCode | null, readonly amount: { readonly amount: number, readonly currency: string }, readonly capturedAmount: { readonly amount: number }, readonly refundedAmount: { readonly amount: number } } | null };

export type RefundPaymentMutationVariables = Exact<{
  input: RefundPaymentInput;
}>;


export type RefundPaymentMutation = { readonly refundPayment: { readonly payment: { readonly id: string, readonly status: PaymentStatus, readonly declineCode: DeclineCode | null, readonly amount: { readonly amount: number, readonly currency: string }, readonly capturedAmount: { readonly amount: number }, readonly refundedAmount: { readonly amount: number } } } };

export type FollowPaymentsSubscriptionVariables = Exact<{
  orderId?: string | null | undefined;
}>;


export type FollowPaymentsSubscription = { readonly paymentEvents: { readonly id: string, readonly type: PaymentEventType, readonly at: string, readonly payment: { readonly id: string, readonly status: PaymentStatus, readonly declineCode: DeclineCode | null, readonly amount: { readonly amount: number, readonly currency: string }, readonly capturedAmount: { readonly amount: number }, readonly refundedAmount: { readonly amount: number } } } };

export type PaymentStateFragment = { readonly id: string, readonly status: PaymentStatus, readonly declineCode: DeclineCode | null, readonly amount: { readonly amount: number, readonly currency: string }, readonly capturedAmount: { readonly amount: number }, readonly refundedAmount: { readonly amount: number } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const ProductCardFragmentDoc = new TypedDocumentString(`
    fragment ProductCard on Product {
  id
  sku
  name
  stock
  inStock
  price {
    amount
    currency
  }
}
    `, {"fragmentName":"ProductCard"}) as unknown as TypedDocumentString<ProductCardFragment, unknown>;
export const OrderStateFragmentDoc = new TypedDocumentString(`
    fragment OrderState on Order {
  id
  status
  cancelReason
  total {
    amount
    currency
  }
}
    `, {"fragmentName":"OrderState"}) as unknown as TypedDocumentString<OrderStateFragment, unknown>;
export const PaymentStateFragmentDoc = new TypedDocumentString(`
    fragment PaymentState on Payment {
  id
  status
  declineCode
  amount {
    amount
    currency
  }
  capturedAmount {
    amount
  }
  refundedAmount {
    amount
  }
}
    `, {"fragmentName":"PaymentState"}) as unknown as TypedDocumentString<PaymentStateFragment, unknown>;
export const OrdersAcrossTheGraphDocument = new TypedDocumentString(`
    query OrdersAcrossTheGraph($first: Int!) {
  orders(first: $first) {
    nodes {
      id
      status
      customer {
        id
        name
        email
      }
      items {
        quantity
        product {
          sku
          name
          stock
          category {
            name
          }
        }
      }
      payment {
        status
        refunds {
          status
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<OrdersAcrossTheGraphQuery, OrdersAcrossTheGraphQueryVariables>;
export const MeDocument = new TypedDocumentString(`
    query Me {
  me {
    id
    name
    email
    roles
  }
}
    `) as unknown as TypedDocumentString<MeQuery, MeQueryVariables>;
export const BrowseProductsDocument = new TypedDocumentString(`
    query BrowseProducts($filter: ProductFilter, $sort: ProductSort, $first: Int, $after: String) {
  products(filter: $filter, sort: $sort, first: $first, after: $after) {
    edges {
      cursor
      node {
        ...ProductCard
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment ProductCard on Product {
  id
  sku
  name
  stock
  inStock
  price {
    amount
    currency
  }
}`) as unknown as TypedDocumentString<BrowseProductsQuery, BrowseProductsQueryVariables>;
export const ProductBySkuDocument = new TypedDocumentString(`
    query ProductBySku($sku: String!) {
  product(sku: $sku) {
    ...ProductCard
  }
}
    fragment ProductCard on Product {
  id
  sku
  name
  stock
  inStock
  price {
    amount
    currency
  }
}`) as unknown as TypedDocumentString<ProductBySkuQuery, ProductBySkuQueryVariables>;
export const PlaceOrderDocument = new TypedDocumentString(`
    mutation PlaceOrder($input: PlaceOrderInput!) {
  placeOrder(input: $input) {
    outcome
    currentTotal {
      amount
      currency
    }
    order {
      ...OrderState
    }
  }
}
    fragment OrderState on Order {
  id
  status
  cancelReason
  total {
    amount
    currency
  }
}`) as unknown as TypedDocumentString<PlaceOrderMutation, PlaceOrderMutationVariables>;
export const CancelOrderDocument = new TypedDocumentString(`
    mutation CancelOrder($input: CancelOrderInput!) {
  cancelOrder(input: $input) {
    order {
      ...OrderState
    }
  }
}
    fragment OrderState on Order {
  id
  status
  cancelReason
  total {
    amount
    currency
  }
}`) as unknown as TypedDocumentString<CancelOrderMutation, CancelOrderMutationVariables>;
export const ShipOrderDocument = new TypedDocumentString(`
    mutation ShipOrder($input: ShipOrderInput!) {
  shipOrder(input: $input) {
    order {
      ...OrderState
    }
  }
}
    fragment OrderState on Order {
  id
  status
  cancelReason
  total {
    amount
    currency
  }
}`) as unknown as TypedDocumentString<ShipOrderMutation, ShipOrderMutationVariables>;
export const OrderByIdDocument = new TypedDocumentString(`
    query OrderById($id: ID!) {
  order(id: $id) {
    ...OrderState
    timeline {
      type
      status
      at
    }
    payment {
      ...PaymentState
    }
  }
}
    fragment OrderState on Order {
  id
  status
  cancelReason
  total {
    amount
    currency
  }
}
fragment PaymentState on Payment {
  id
  status
  declineCode
  amount {
    amount
    currency
  }
  capturedAmount {
    amount
  }
  refundedAmount {
    amount
  }
}`) as unknown as TypedDocumentString<OrderByIdQuery, OrderByIdQueryVariables>;
export const FollowOrderDocument = new TypedDocumentString(`
    subscription FollowOrder($orderId: ID) {
  orderEvents(orderId: $orderId) {
    id
    type
    at
    order {
      ...OrderState
      customer {
        name
      }
      items {
        quantity
        product {
          name
        }
      }
    }
  }
}
    fragment OrderState on Order {
  id
  status
  cancelReason
  total {
    amount
    currency
  }
}`) as unknown as TypedDocumentString<FollowOrderSubscription, FollowOrderSubscriptionVariables>;
export const PaymentByIdDocument = new TypedDocumentString(`
    query PaymentById($id: ID!) {
  payment(id: $id) {
    ...PaymentState
  }
}
    fragment PaymentState on Payment {
  id
  status
  declineCode
  amount {
    amount
    currency
  }
  capturedAmount {
    amount
  }
  refundedAmount {
    amount
  }
}`) as unknown as TypedDocumentString<PaymentByIdQuery, PaymentByIdQueryVariables>;
export const RefundPaymentDocument = new TypedDocumentString(`
    mutation RefundPayment($input: RefundPaymentInput!) {
  refundPayment(input: $input) {
    payment {
      ...PaymentState
    }
  }
}
    fragment PaymentState on Payment {
  id
  status
  declineCode
  amount {
    amount
    currency
  }
  capturedAmount {
    amount
  }
  refundedAmount {
    amount
  }
}`) as unknown as TypedDocumentString<RefundPaymentMutation, RefundPaymentMutationVariables>;
export const FollowPaymentsDocument = new TypedDocumentString(`
    subscription FollowPayments($orderId: ID) {
  paymentEvents(orderId: $orderId) {
    id
    type
    at
    payment {
      ...PaymentState
    }
  }
}
    fragment PaymentState on Payment {
  id
  status
  declineCode
  amount {
    amount
    currency
  }
  capturedAmount {
    amount
  }
  refundedAmount {
    amount
  }
}`) as unknown as TypedDocumentString<FollowPaymentsSubscription, FollowPaymentsSubscriptionVariables>;