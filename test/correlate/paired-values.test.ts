import { expect, test } from 'vitest';
import { foundIn, type ExchangeParts } from '../support/correlated.ts';

test.each<[string, readonly ExchangeParts[], readonly string[]]>([
  [
    'a cookie that is set again to the same value keeps its source; one that was changed and changed back does not',
    [
      { request: 'GET /', answerHeaders: { 'Set-Cookie': 'step=1' } },
      { request: 'GET /', answerHeaders: { 'Set-Cookie': 'step=1' } },
      { request: 'GET /', headers: { Cookie: 'step=1' }, answerHeaders: { 'Set-Cookie': 'step=2' } },
      { request: 'GET /', answerHeaders: { 'Set-Cookie': 'step=1' } },
      { request: 'GET /', headers: { Cookie: 'step=1' } },
    ],
    ['0 set-cookie:step → 2 cookie:step', '3 set-cookie:step → 4 cookie:step'],
  ],
  [
    'a version belongs to the resource that was read, made, or is at the Location',
    [
      { request: 'POST /notes', answer: { id: 5, version: 1 } },
      { request: 'PUT /notes/5', send: { version: 1 }, answer: { version: 2 } },
      { request: 'PUT /notes/6', send: { version: 1 } },
      { request: 'DELETE /notes/5?version=2' },
      { request: 'GET /notes/5?version=2' },
    ],
    [
      '0 json:/id → 1 path:1',
      '0 json:/version → 1 json:/version',
      '0 json:/id → 3 path:1',
      '1 json:/version → 3 query:version[0]',
      '0 json:/id → 4 path:1',
    ],
  ],
  [
    'a version that the client says by itself, and that of what a POST makes, come from nowhere',
    [
      { request: 'POST /notes', send: { version: 1 }, answer: { id: 5, version: 1 } },
      { request: 'PUT /notes/5', send: { version: 1 }, answer: { version: 7 } },
      { request: 'POST /notes/5', send: { version: 7 } },
    ],
    ['0 json:/id → 1 path:1', '0 json:/id → 2 path:1'],
  ],
  [
    'a counter of the whole server is followed by its name once it has been seen to count',
    [
      { request: 'POST /kv/put', send: {}, answer: { header: { revision: '8' } } },
      { request: 'POST /kv/range', send: { revision: '8' }, answer: {} },
      { request: 'POST /kv/put', send: {}, answer: { header: { revision: '9' } } },
      { request: 'POST /kv/range', send: { revision: '8', limit: '9' }, answer: {} },
    ],
    ['0 json:/header/revision → 3 json:/revision'],
  ],
  [
    'a hidden field goes to the action of its form, as the page was seen last',
    [
      {
        request: 'GET /a/new',
        answerText: ['text/html', '<form action="../b"><input type=hidden name=t value=x1></form>'],
      },
      {
        request: 'GET /a/new',
        answerText: ['text/html', '<form action="../b"><input type=hidden name=t value=x1></form>'],
      },
      { request: 'POST /b', form: 't=x1' },
      { request: 'POST /c', form: 't=x1' },
    ],
    ['1 html:input t[0] → 2 form:t[0]'],
  ],
  [
    'a validator belongs to its target',
    [
      { request: 'GET /a', answerHeaders: { ETag: '"1"' } },
      { request: 'GET /a', headers: { 'If-None-Match': '"1"' } },
      { request: 'GET /b', headers: { 'If-None-Match': '"1"' } },
    ],
    ['0 header:etag[0] → 1 header:if-none-match[0]'],
  ],
])('%s', (_, session, flows) => {
  expect(foundIn(session)).toEqual(flows);
});
