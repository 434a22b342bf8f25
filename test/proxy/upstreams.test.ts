import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { parseTarget, type Target } from '../../src/model/target.ts';
import type { ClientRequest, ClientResponse } from '../../src/proxy/client-side.ts';
import { blindObserver } from '../../src/proxy/hop-observer.ts';
import { Upstreams } from '../../src/proxy/upstreams.ts';

const targetOf = (number: number): Target => parseTarget(`http://host-${number}.test`);

test('there is one forwarder for a server; of many the longest unused are closed, never one in use', () => {
  const made: string[] = [];
  const closed: string[] = [];
  const upstreams = new Upstreams(({ url }) => {
    made.push(url);
    return { forward: () => {}, tunnel: () => {}, close: () => void closed.push(url) };
  });
  const ask = (number: number): EventEmitter => {
    const events = new EventEmitter();
    const response = { onClose: (listener: () => void) => events.once('close', listener) };
    upstreams.forward(targetOf(number), {
      request: {} as ClientRequest,
      response: response as unknown as ClientResponse,
      observer: blindObserver,
    });
    return events;
  };
  const longest = ask(0);
  for (let number = 1; number < 100; number += 1) {
    ask(number).emit('close');
    ask(number).emit('close');
  }
  expect(made).toHaveLength(100);
  expect(upstreams.size).toBe(64);
  expect(closed[0]).toBe('http://host-1.test');
  expect(closed).not.toContain('http://host-0.test');
  longest.emit('close');
  upstreams.close();
  expect(closed).toHaveLength(100);
});
