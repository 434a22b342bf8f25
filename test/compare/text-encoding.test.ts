import { expect, test } from 'vitest';
import { decodeText } from '../../src/compare/text-encoding.ts';

const read = (bytes: Buffer, contentType = 'text/plain', charset?: string) =>
  decodeText(bytes, { charset, contentType });
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');

test.each<readonly [what: string, bytes: Buffer, contentType: string, charset: string | undefined, text: string]>([
  ['a label', latin1('é'), 'text/plain', 'iso-8859-1', 'é'],
  ['UTF-8 without one', Buffer.from('é'), 'text/plain', undefined, 'é'],
  ['a mark against the label', utf16('é'), 'text/plain', 'utf-8', 'é'],
  ['a mark in big-endian order', utf16('é').swap16(), 'application/json', undefined, 'é'],
  ['a mark in UTF-8, which stays', Buffer.from('\uFEFFé'), 'text/plain', 'latin1', '\uFEFFé'],
  [
    'an XML declaration',
    latin1('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'),
    'application/xml',
    undefined,
    '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>',
  ],
  ['what a page says of itself', latin1('<meta charset=latin1>é'), 'text/html', undefined, '<meta charset=latin1>é'],
  [
    'a page in the older way',
    latin1('<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">é'),
    'text/html',
    undefined,
    '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">é',
  ],
  ['a page that says nothing', latin1('<p>é'), 'text/html', undefined, '<p>é'],
  [
    'a page that cannot be what it says',
    Buffer.from('<meta charset=utf-16>é'),
    'text/html',
    undefined,
    '<meta charset=utf-16>é',
  ],
])('%s tells how to read', (_, bytes, contentType, charset, text) => {
  expect(read(bytes, contentType, charset)).toEqual({ text });
});

test('what cannot be read says why', () => {
  expect(read(latin1('é'))).toEqual({ problem: 'the body is not valid utf-8' });
  expect(read(latin1('é'), 'text/plain', 'klingon')).toEqual({ problem: 'charset klingon is not known' });
});
