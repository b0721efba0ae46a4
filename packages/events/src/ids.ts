import { createHash, randomBytes } from 'node:crypto';

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const uuidBytes = (uuid: string): Buffer => {
  if (!uuidPattern.test(uuid)) throw new TypeError(`Not a UUID: ${JSON.stringify(uuid)}`);
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
};

/**
 * The shard slot of a customer, 0 to 0xFFFF: the first 16 bits of SHA-256 over the 16 raw bytes of the
 * customer's UUID (docs/adr/0011).
 *
 * @throws TypeError when the id is no UUID.
 */
export const slotOf = (customerId: string): number =>
  createHash('sha256').update(uuidBytes(customerId)).digest().readUInt16BE(0);

/**
 * The slot that an order or payment id carries, so that its shard is known without a look-up.
 *
 * @throws TypeError when the id is no UUIDv8.
 */
export const slotOfId = (id: string): number => {
  const bytes = uuidBytes(id);
  if (bytes.readUInt8(6) >> 4 !== 8) throw new TypeError(`Not a UUIDv8: ${id}`);
  return bytes.readUInt16BE(10);
};

/**
 * A new order or payment id: UUIDv8 (RFC 9562, section 5.8) of 48 bits of Unix milliseconds, version,
 * 12 random bits, variant, 14 random bits, the customer's 16-bit slot, 32 random bits.
 *
 * @param now Unix time in milliseconds.
 * @param random at least 8 random bytes.
 */
export const newAggregateId = (
  customerId: string,
  { now = Date.now(), random = randomBytes(8) }: { now?: number; random?: Uint8Array } = {},
): string => {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes.set(random.subarray(0, 4), 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  bytes.writeUInt16BE(slotOf(customerId), 10);
  bytes.set(random.subarray(4, 8), 12);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};
