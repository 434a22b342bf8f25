import { describe, expect, test } from 'vitest';
import { readPlace, writePlace } from '../../src/model/place-access.ts';

const jwt = `${btoa('{"alg":"none"}').replaceAll('=', '')}.${Buffer.from('{"sub":"u-1","n":[7]}').toString('base64url')}.c2ln`;
const message = {
  target: '/go/a%252Fb?next=%2Forders%2F17%3Fa%3D1&vars=%7B%22id%22%3A%2217%22%7D',
  headers: [
    'Authorization',
    `Basic ${btoa('id-1:secret')}`,
    'Cookie',
    'xsrf=a%2Fb; t=1',
    'Link',
    '</a?page=1>; rel="prev", </a?after=9>; rel="next last"',
    'Refresh',
    '5; URL=/done/9',
    'X-Token',
    jwt,
  ],
  body: Buffer.from('<o><id>17</id><l n="1"/></o>'),
};
const withBody = (body: string, type = ''): typeof message => ({
  ...message,
  headers: [...message.headers, 'Content-Type', type],
  body: Buffer.from(body),
});
const parts = [
  '--B\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n\u00ff\u0000\r\n',
  '--B\r\nContent-Disposition: form-data; name="order"\r\n\r\n17\r\n--B--\r\n',
].join('');
const multipart = { ...withBody('', 'multipart/form-data; boundary=B'), body: Buffer.from(parts, 'latin1') };

describe('places inside values', () => {
  test.each([
    [
      'header:authorization[0] > word:1 > base64',
      'id-1:secret',
      'id-2:new',
      ['Authorization', `Basic ${btoa('id-2:new')}`],
    ],
    [
      'header:authorization[0] > word:1 > base64 > word:1',
      'secret',
      'new',
      ['Authorization', `Basic ${btoa('id-1:new')}`],
    ],
    ['cookie:xsrf > percent', 'a/b', 'c/d e', ['Cookie', 'xsrf=c%2Fd%20e; t=1']],
    [
      'header:link[0] > link:last > query:after[0]',
      '9',
      '10',
      ['Link', '</a?page=1>; rel="prev", </a?after=10>; rel="next last"'],
    ],
    ['header:refresh[0] > url > path:1', '9', '10', ['Refresh', '5; URL=/done/10']],
  ])('%s', (place, before, after, header) => {
    expect(readPlace(message, place)).toBe(before);
    expect(writePlace(message, place, after).headers).toEqual(expect.arrayContaining([header[1]!]) as unknown);
    expect(writePlace(message, place, before)).toBe(message);
  });

  test.each([
    ['path:1 > percent', 'a/b', '/go/c%252F?next'],
    ['query:next[0] > path:1', '17', 'next=%2Forders%2Fc%252F%3Fa%3D1'],
    ['query:vars[0] > json:/id', '17', 'vars=%7B%22id%22%3A%22c%2F%22%7D'],
  ])('%s', (place, before, target) => {
    expect(readPlace(message, place)).toBe(before);
    expect(writePlace(message, place, 'c/').target).toContain(target);
  });

  test('a claim of a token is read, never written: the signature would not fit', () => {
    expect(readPlace(message, 'header:x-token[0] > jwt:/sub')).toBe('u-1');
    expect(readPlace(message, 'header:x-token[0] > jwt:/n/0')).toBe('7');
    expect(writePlace(message, 'header:x-token[0] > jwt:/sub', 'x')).toBe(message);
  });
});

describe('bodies', () => {
  test.each([
    ['xml:/o/id', message, '17', 'a<b', '<o><id>a&lt;b</id><l n="1"/></o>'],
    ['xml:/o/l/@n', message, '1', '"', '<o><id>17</id><l n="&quot;"/></o>'],
    [
      'html:input csrf[0]',
      withBody('<input name=csrf value="x&amp;y">'),
      'x&y',
      'a"',
      '<input name=csrf value="a&quot;">',
    ],
    ['line:1 > json:/id', withBody('{"id":1}\n{"id":2}\n'), '2', '3', '{"id":1}\n{"id":3}\n'],
    ['text', withBody(' tok-1 \n'), 'tok-1', 'tok-2', ' tok-2 \n'],
    ['text > form:b[0]', withBody('a=1&b=2'), '2', '3', 'a=1&b=3'],
  ])('%s', (place, before, value, after, body) => {
    expect(readPlace(before, place)).toBe(value);
    expect(writePlace(before, place, after).body.toString()).toBe(body);
  });

  test('an event of a stream is read', () => {
    const stream = withBody('data: {"id":"a"}\n\ndata: {"id":"b"}\n\n', 'text/event-stream');
    expect(readPlace(stream, 'event:1 > json:/id')).toBe('b');
    expect(writePlace(stream, 'event:1 > json:/id', 'c')).toEqual(stream);
  });

  test('a field of a multipart body, with the bytes of files around it kept', () => {
    expect(readPlace(multipart, 'multipart:order[0]')).toBe('17');
    const written = writePlace(multipart, 'multipart:order[0]', 'ü').body;
    expect(written.equals(Buffer.from(parts.replace('17', 'Ã¼'), 'latin1'))).toBe(true);
    expect(readPlace(multipart, 'multipart:file[0]')).toBeUndefined();
  });

  test.each([
    'xml:/o/none',
    'html:input a[0]',
    'line:9',
    'event:0',
    'word:1',
    'text > base64',
    'text > link:next',
    'text > jwt:/a',
  ])('a place that is not there has no value: %s', (place) => {
    expect(readPlace(message, place)).toBeUndefined();
    expect(writePlace(message, place, 'x')).toBe(message);
  });
});
