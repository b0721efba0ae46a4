export { jsonCodec, type EventCodec } from './codec.ts';
export { parseEvent, type Contract, type EventOf } from './contract.ts';
export { demoAccounts, type DemoAccount } from './demoAccounts.ts';
export { demoOrders, type DemoOrder } from './demoOrders.ts';
export { demoProducts, type DemoProduct } from './demoProducts.ts';
export type { DomainEvent } from './domainEvent.ts';
export { newAggregateId, slotOf, slotOfId } from './ids.ts';
export {
  cancelReasonSchema,
  orderEventSchemas,
  orderItemSchema,
  type CancelReason,
  type OrderEvent,
  type OrderEventType,
  type OrderItem,
} from './orderEvents.ts';
export { paymentCommandSchemas, type PaymentCommand, type PaymentCommandType } from './paymentCommands.ts';
export {
  paymentEventSchemas,
  type CardMethod,
  type DeclineCode,
  type PaymentEvent,
  type PaymentEventType,
  type PaymentFailureCode,
  type VoidReason,
} from './paymentEvents.ts';
export {
  productEventSchemas,
  stockChangeReasonSchema,
  stockLineSchema,
  unavailableLineSchema,
  type ProductEvent,
  type ProductEventType,
  type StockChangeReason,
  type StockLine,
  type UnavailableLine,
} from './productEvents.ts';
export type { EventMetadata, StoredEvent } from './storedEvent.ts';
export { deadLetterSettings, deadLetterTopic, topics, type Topic, type TopicName } from './topics.ts';
export {
  accountEventSchemas,
  addressFieldSchema,
  identityEventSchemas,
  profileFieldSchema,
  userEventSchemas,
  type AddressField,
  type IdentityEvent,
  type ProfileField,
  type UserEvent,
  type UserEventType,
} from './userEvents.ts';
