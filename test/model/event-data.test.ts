import { expect, test } from 'vitest';
import { eventData } from '../../src/model/event-data.ts';

test('the data of each event, lines joined; an event that was not finished is none', () => {
  const body = ': hello\n\nevent: a\ndata: {"id":1}\nid: 7\n\ndata:x\r\ndata: y\r\n\r\nretry: 5\n\ndata: unfinished';
  expect(eventData(body)).toEqual(['{"id":1}', 'x\ny']);
});
