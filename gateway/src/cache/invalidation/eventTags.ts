import type { TopicName } from '@supergraph/events';
import { z } from 'zod';
import { entityTag, listTag } from '../tags/compileTags.ts';

/**
 * What an event makes untrue, in words: `Product:{productId}` is an entity, `Product:{lines.productId}` one of each
 * line, `Product:list` every list of the type. Of events that are not in here nothing becomes untrue.
 *
 * docs/caching.md shows the same table; a test compares the two.
 */
export const eventTags = {
  'product-events': {
    ProductCreated: ['Product:{productId}', 'Product:list'],
    ProductUpdated: ['Product:{productId}', 'Product:list'],
    ProductPriceChanged: ['Product:{productId}', 'Product:list'],
    ProductStockChanged: ['Product:{productId}', 'Product:list'],
    StockReserved: ['Product:{lines.productId}', 'Product:list'],
    StockReleased: ['Product:{lines.productId}', 'Product:list'],
  },
  'user-events': {
    UserRegistered: ['User:{userId}', 'User:list'],
    UserProfileUpdated: ['User:{userId}', 'User:list'],
    UserAddressAdded: ['User:{userId}'],
    UserAddressUpdated: ['User:{userId}'],
    UserAddressRemoved: ['User:{userId}'],
    UserRolesAssigned: ['User:{userId}', 'User:list'],
  },
  'order-events': {
    OrderPlaced: ['Order:{orderId}', 'Order:list', 'User:{customerId}'],
    OrderStockReserved: ['Order:{orderId}', 'Order:list'],
    OrderPaymentAuthorized: ['Order:{orderId}', 'Order:list'],
    OrderPaid: ['Order:{orderId}', 'Order:list'],
    OrderShipped: ['Order:{orderId}', 'Order:list'],
    OrderDelivered: ['Order:{orderId}', 'Order:list'],
    OrderCancelled: ['Order:{orderId}', 'Order:list'],
  },
  'payment-events': {
    PaymentRequested: ['Payment:{paymentId}', 'Payment:list', 'Order:{orderId}'],
    PaymentAuthorized: ['Payment:{paymentId}', 'Payment:list'],
    PaymentDeclined: ['Payment:{paymentId}', 'Payment:list'],
    PaymentCaptureRequested: ['Payment:{paymentId}', 'Payment:list'],
    PaymentCaptured: ['Payment:{paymentId}', 'Payment:list'],
    PaymentFailed: ['Payment:{paymentId}', 'Payment:list'],
    PaymentVoided: ['Payment:{paymentId}', 'Payment:list'],
    PaymentAuthorizedLate: ['Payment:{paymentId}', 'Payment:list'],
    PaymentAuthorizationReleased: ['Payment:{paymentId}', 'Payment:list'],
    RefundRequested: ['Payment:{paymentId}', 'Payment:list'],
    PaymentRefunded: ['Payment:{paymentId}', 'Payment:list'],
    RefundFailed: ['Payment:{paymentId}', 'Payment:list'],
  },
} as const satisfies Partial<Record<TopicName, Readonly<Record<string, readonly string[]>>>>;

const data = z.record(z.string(), z.unknown());

/** The tags that an event bumps, by the table. */
export const tagsOfEvent = (patterns: readonly string[], event: Readonly<{ data: unknown }>): readonly string[] => {
  const known = data.parse(event.data);
  return [...new Set(patterns.flatMap((pattern) => tagsOf(pattern, known)))];
};

const tagsOf = (pattern: string, event: Readonly<Record<string, unknown>>): readonly string[] => {
  const [type = '', name = ''] = pattern.split(':');
  if (name === 'list') return [listTag(type)];
  return valuesAt(event, name.slice(1, -1).split('.')).map((value) => entityTag(type, [value]));
};

const valuesAt = (value: unknown, [part, ...rest]: readonly string[]): readonly unknown[] => {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, [part ?? '', ...rest]));
  if (part === undefined || part === '') return typeof value === 'string' ? [value] : [];
  const object = data.safeParse(value);
  const inner = object.success ? object.data[part] : undefined;
  return rest.length === 0 ? (typeof inner === 'string' ? [inner] : []) : valuesAt(inner, rest);
};
