import { describe, expect, test } from '@jest/globals';
import { createAccountPii } from './accountPii.ts';
import { createEmailIndex } from './emailIndex.ts';
import { readKeyRing } from './keyRing.ts';
import { createSealer, keyIdOf } from './seal.ts';

const bytes = (fill: number) => Buffer.alloc(32, fill).toString('base64');
const oldKey = `2025:${bytes(1)}`;
const newKey = `2026:${bytes(2)}`;
const place = { table: 'users', column: 'email', row: '7d8f' };

describe('sealing', () => {
  const sealer = createSealer(readKeyRing(newKey));

  test('a sealed text opens in its own place', () => {
    const sealed = sealer.seal(place, 'Ada.Lovelace+ü@example.com');
    expect(sealer.open(place, sealed)).toBe('Ada.Lovelace+ü@example.com');
  });

  test('an empty text is a text', () => {
    expect(sealer.open(place, sealer.seal(place, ''))).toBe('');
  });

  test('a sealed text names its format and its key, and shows nothing of the text', () => {
    const sealed = sealer.seal(place, 'ada@example.com');
    expect(sealed).toMatch(/^v1\.2026\.[\w-]{16}\.[\w-]{22}\.[\w-]+$/);
    expect(Buffer.from(sealed.split('.')[4] ?? '', 'base64url').toString()).not.toContain('ada');
  });

  test('the same text is never sealed to the same value twice', () => {
    expect(sealer.seal(place, 'ada@example.com')).not.toBe(sealer.seal(place, 'ada@example.com'));
  });

  test.each([
    ['another table', { ...place, table: 'addresses' }],
    ['another column', { ...place, column: 'phone' }],
    ['another row', { ...place, row: '7d90' }],
  ])('a value moved to %s does not open', (_, elsewhere) => {
    const sealed = sealer.seal(place, 'ada@example.com');
    expect(() => sealer.open(elsewhere, sealed)).toThrow('was changed, moved, or sealed with another key');
  });

  test.each(['iv', 'tag', 'ciphertext'])('a value whose %s was changed does not open', (part) => {
    const parts = sealer.seal(place, 'ada@example.com').split('.');
    const index = ['v', 'key', 'iv', 'tag', 'ciphertext'].indexOf(part);
    const raw = Buffer.from(parts[index] ?? '', 'base64url');
    raw.writeUInt8(raw.readUInt8(0) ^ 1, 0);
    parts[index] = raw.toString('base64url');
    expect(() => sealer.open(place, parts.join('.'))).toThrow('cannot be opened');
  });

  test('a tag cut short is refused: GCM would otherwise accept one of 4 bytes', () => {
    const parts = sealer.seal(place, 'ada@example.com').split('.');
    parts[3] = Buffer.from(parts[3] ?? '', 'base64url')
      .subarray(0, 4)
      .toString('base64url');
    expect(() => sealer.open(place, parts.join('.'))).toThrow('cannot be opened');
  });

  test('a value under the name of another known key does not open', () => {
    const both = createSealer(readKeyRing(`${newKey},${oldKey}`));
    const parts = both.seal(place, 'ada@example.com').split('.');
    parts[1] = '2025';
    expect(() => both.open(place, parts.join('.'))).toThrow('cannot be opened');
  });

  test.each(['ada@example.com', '', 'v1.2026.a.b', 'v2.2026.a.b.c', 'v1.2026.a.b.c.d'])(
    'the text %p is no sealed value',
    (text) => {
      expect(() => sealer.open(place, text)).toThrow('is not a sealed value');
    },
  );
});

describe('rotating keys', () => {
  const sealedBefore = createSealer(readKeyRing(oldKey)).seal(place, 'ada@example.com');

  test('the first key seals, every known key opens', () => {
    const sealer = createSealer(readKeyRing(`${newKey},${oldKey}`));
    expect(sealer.open(place, sealedBefore)).toBe('ada@example.com');
    expect(keyIdOf(sealer.seal(place, 'ada@example.com'))).toBe('2026');
  });

  test('a value whose key is gone says which key it needs', () => {
    expect(() => createSealer(readKeyRing(newKey)).open(place, sealedBefore)).toThrow('the key 2025');
  });

  test('an address is found under every known key, and written under the current one', () => {
    const before = createEmailIndex(readKeyRing(oldKey));
    const during = createEmailIndex(readKeyRing(`${newKey},${oldKey}`));
    expect(during.all('ada@example.com')).toContain(before.current('ada@example.com'));
    expect(during.current('ada@example.com')).toMatch(/^2026\./);
  });

  test('processes that disagree about the current key agree about the lock of an address', () => {
    const one = createEmailIndex(readKeyRing(`${newKey},${oldKey}`));
    const other = createEmailIndex(readKeyRing(`${oldKey},${newKey}`));
    expect(one.current('ada@example.com')).not.toBe(other.current('ada@example.com'));
    expect(one.lock('ada@example.com')).toBe(other.lock('ada@example.com'));
  });
});

describe('the e-mail index', () => {
  const index = createEmailIndex(readKeyRing(newKey));

  test('spellings of one address are one entry', () => {
    expect(index.current('  Ada@Example.COM ')).toBe(index.current('ada@example.com'));
    expect(index.current('ada@example.org')).not.toBe(index.current('ada@example.com'));
  });

  test('without the key it cannot be computed', () => {
    const other = createEmailIndex(readKeyRing(`2026:${bytes(3)}`));
    expect(other.current('ada@example.com')).not.toBe(index.current('ada@example.com'));
  });
});

test('an address that is moved to another account does not open', () => {
  const pii = createAccountPii(readKeyRing(newKey));
  const line1Sealed = pii.sealAddress('line1', { id: 'a1', userId: 'u1' }, '12 Analytical Row');
  const address = {
    id: 'a1',
    userId: 'u1',
    recipientSealed: '',
    line1Sealed,
    line2Sealed: null,
    citySealed: '',
    regionSealed: null,
    postalCodeSealed: null,
    countryCode: 'GB',
    isDefault: true,
  };
  expect(pii.lineOf(address, 'line1')).toBe('12 Analytical Row');
  expect(() => pii.lineOf({ ...address, userId: 'u2' }, 'line1')).toThrow('cannot be opened');
});

describe('PII_KEYS', () => {
  test('the first key is the current one; blanks and line ends separate keys too', () => {
    const ring = readKeyRing(` ${newKey} ,\n${oldKey}\n`);
    expect(ring.current).toBe('2026');
    expect([...ring.keys.keys()]).toEqual(['2026', '2025']);
  });

  test('one secret gives different keys for sealing and for the index', () => {
    const keys = readKeyRing(newKey).keys.get('2026');
    expect(keys?.seal).toHaveLength(32);
    expect(keys?.index).toHaveLength(32);
    expect(keys?.seal.equals(keys.index)).toBe(false);
  });

  test.each([
    ['', 'at least one key'],
    [bytes(1), 'key 1 is not of the form'],
    [`2026:${Buffer.alloc(16).toString('base64')}`, 'key 1 is not of the form'],
    [`${newKey},bad key`, 'key 2 is not of the form'],
    [`${newKey},2026:${bytes(3)}`, 'appears twice'],
  ])('%p is refused, and not repeated', (text, problem) => {
    expect(() => readKeyRing(text)).toThrow(problem);
    if (text !== '') expect(() => readKeyRing(text)).not.toThrow(text);
  });
});
