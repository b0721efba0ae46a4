import { describe, expect, test } from '@jest/globals';
import { newAggregateId, slotOf, slotOfId } from './ids.ts';

/** The vectors of docs/adr/0011, computed by an independent program. */
const vectors = [
  {
    customer: '00000000-0000-4000-8000-000000000005',
    slot: 0x24d1,
    now: 1_767_225_600_000,
    random: '0123456789abcdef',
    id: '019b76da-a800-8123-8567-24d189abcdef',
  },
  {
    customer: '550e8400-e29b-41d4-a716-446655440003',
    slot: 0x443f,
    now: 0,
    random: 'ffffffffffffffff',
    id: '00000000-0000-8fff-bfff-443fffffffff',
  },
  {
    customer: 'ffffffff-ffff-4fff-bfff-ffffffffffff',
    slot: 0xcbcd,
    now: 281_474_976_710_655,
    random: '0000000000000000',
    id: 'ffffffff-ffff-8000-8000-cbcd00000000',
  },
];

describe('an aggregate id', () => {
  test.each(vectors)('of customer $customer carries its slot', ({ customer, slot, now, random, id }) => {
    expect(slotOf(customer)).toBe(slot);
    expect(newAggregateId(customer, { now, random: Buffer.from(random, 'hex') })).toBe(id);
    expect(slotOfId(id)).toBe(slot);
  });

  test('is a UUIDv8 that sorts by time and never repeats', () => {
    const customer = '00000000-0000-4000-8000-000000000005';
    const early = newAggregateId(customer, { now: 1_000 });
    const late = newAggregateId(customer, { now: 2_000 });
    expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(early < late).toBe(true);
    expect(new Set(Array.from({ length: 1_000 }, () => newAggregateId(customer, { now: 1 }))).size).toBe(1_000);
  });

  test('is the same for a customer however the UUID is written', () => {
    expect(slotOf('550E8400-E29B-41D4-A716-446655440003')).toBe(slotOf('550e8400-e29b-41d4-a716-446655440003'));
  });

  test('is refused where there is none to read', () => {
    expect(() => slotOf('PROD-001')).toThrow('Not a UUID');
    expect(() => slotOfId('550e8400-e29b-41d4-a716-446655440003')).toThrow('Not a UUIDv8');
  });
});
