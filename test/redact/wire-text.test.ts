import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  editWireValue,
  jsonUnits,
  rewriteUnits,
  unitText,
  wireUnits,
  writeJsonChar,
  writeWireChar,
} from '../../src/redact/wire-text.ts';

const shift = (text: string): string => text.replace(/[a-y]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 1));

describe('values on the wire', () => {
  test('units put together are the value as sent, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('plain' as const, 'percent' as const, 'form' as const),
        (text, coding) => {
          const raw = Buffer.from(text, 'utf8').toString('latin1');
          expect(
            wireUnits(raw, coding)
              .map((unit) => unit.raw)
              .join(''),
          ).toBe(raw);
        },
      ),
    );
  });

  test('are decoded as their place demands', () => {
    expect(unitText(wireUnits('a+%2Fb%C3%A9', 'form'))).toBe('a /bé');
    expect(unitText(wireUnits('a+%2F', 'percent'))).toBe('a+/');
    expect(unitText(wireUnits('a+%2F', 'plain'))).toBe('a+%2F');
    expect(unitText(wireUnits('%zz%', 'form'))).toBe('%zz%');
    expect(unitText(wireUnits('\xc3\xa9', 'plain'))).toBe('é');
    expect(unitText(wireUnits('\xe9', 'plain'))).toBe('\xe9');
  });

  test('change only where they must', () => {
    expect(editWireValue('a%2Fa+%61', 'form', shift)).toBe('b%2Fb+%62');
    expect(editWireValue('', 'form', () => 'never')).toBe('');
    expect(editWireValue('x', 'plain', (value) => value)).toBe('x');
  });

  test('non-ASCII characters come back in the encoding they came in', () => {
    expect(editWireValue('%C3%A9', 'percent', () => 'я')).toBe('%D1%8F');
    expect(editWireValue('\xc3\xa9', 'plain', () => 'ö')).toBe('\xc3\xb6');
    expect(editWireValue('\xe9', 'plain', () => '\xf6')).toBe('\xf6');
  });

  test('another length is written as a whole', () => {
    expect(rewriteUnits(wireUnits('ab', 'plain'), 'xyz', writeWireChar)).toBe('xyz');
  });
});

describe('JSON literals', () => {
  test('keep the spelling of what stays and the escapes of what changes', () => {
    const inner = 'a\\n\\u0061\\"é\\ud83d\\ude00';
    expect(unitText(jsonUnits(inner))).toBe('a\na"é😀');
    const edited = rewriteUnits(jsonUnits(inner), 'b\nb"ö😁', writeJsonChar);
    expect(edited).toBe('b\\n\\u0062\\"ö\\ud83d\\ude01');
    expect(JSON.parse(`"${edited}"`)).toBe('b\nb"ö😁');
  });
});
