import { expect, test } from 'vitest';
import { originTarget } from '../../src/model/target.ts';
import { recordedOrigins } from '../../src/proxy/recorded-origins.ts';
import type { Session } from '../../src/model/session.ts';

const layer = (targets: Readonly<Record<string, string>>) => ({
  session: { targets: Object.entries(targets).map(([name, url]) => ({ name, url })) } as unknown as Session,
});
const placesOf = recordedOrigins([
  layer({ 'a.test:80': 'http://a.test', shop: 'https://a.test:8443/v1', all: 'https://a.test:8443' }),
  layer({ 'a.test:80': 'http://a.test', other: 'http://a.test' }),
]);

test.for([
  ['http', 'a.test', '/x?y', ['a.test:80 /x?y', 'other /x?y']],
  ['http', 'a.test:80', 'http://a.test/x', ['a.test:80 /x', 'other /x']],
  ['https', 'a.test:8443', '/v1/x', ['shop /x', 'all /v1/x']],
  ['https', 'a.test:8443', '/v1?x', ['shop /?x', 'all /v1?x']],
  ['https', 'a.test:8443', '/v10', ['all /v10']],
  ['https', 'a.test:8443', '*', ['shop *', 'all *']],
  ['https', 'a.test', '/x', ['a.test:443 /x']],
] as const)('%s://%s asked for %s', ([scheme, authority, target, expected]) => {
  const places = placesOf(originTarget(scheme, authority)!, target);
  expect(places.map((place) => `${place.targetName} ${place.target}`)).toEqual(expected);
});
