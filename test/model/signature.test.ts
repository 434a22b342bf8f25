import { expect, test } from 'vitest';
import { signatureOf } from '../../src/model/signature.ts';

const scope = { method: 'GET', template: '/orders/{id}' };
const difference = { part: 'body', pattern: '/items/*/price', kind: 'changed' } as const;

test('a signature is the same everywhere and for ever', () => {
  expect(signatureOf(scope, difference)).toBe('2d8b08958726');
});

test('each of method, template, part, pattern and kind makes another one, wherever a text goes over into the next', () => {
  const signatures = [
    signatureOf(scope, difference),
    signatureOf({ ...scope, method: 'PUT' }, difference),
    signatureOf({ ...scope, template: '/orders' }, difference),
    signatureOf(scope, { ...difference, part: 'header' }),
    signatureOf(scope, { ...difference, pattern: '/items' }),
    signatureOf(scope, { ...difference, kind: 'type' }),
    signatureOf({ method: 'GET","', template: '/orders/{id}' }, difference),
    signatureOf({ method: 'GET', template: '","/orders/{id}' }, difference),
  ];
  expect(new Set(signatures).size).toBe(signatures.length);
});
