import { expect, test } from 'vitest';
import { connectionNotes } from '../../src/cli/connection-notes.ts';

function noting(kind: 'forward' | 'reverse' | 'exec' = 'forward') {
  const said: string[] = [];
  const trust = { authority: { certificatePath: '/ca.pem' }, kind, mode: 'record' as const };
  const say = (line: string): void => void said.push(line);
  return { said, notes: connectionNotes({ info: say, warn: say, error: say, debug: () => {} }, trust) };
}

const errorOf = (code: string): NodeJS.ErrnoException => Object.assign(new Error(`no ${code}`), { code });

test('a host is said once, with what helps, and counted for the end', () => {
  const { said, notes } = noting();
  const help =
    'start it with: retake exec -- COMMAND; or give it our CA: NODE_EXTRA_CA_CERTS=/ca.pem (Node), --cacert /ca.pem (curl); or leave the host alone: --tunnel a.test';
  notes.onRefusedHandshake({ host: 'a.test', error: errorOf('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA') });
  notes.onRefusedHandshake({ host: 'a.test', error: undefined });
  expect(said).toEqual([`a client does not trust our certificate for a.test (unknown ca): ${help}`]);
  notes.onTunnel('db.test:5432', 'server-first');
  notes.onTunnel('db.test:5432', 'server-first');
  notes.onTunnel('x\u001b.test:1', 'asked');
  notes.onTunnel('y.test:1', 'not-http');
  expect(said.slice(1)).toEqual([
    'db.test:5432 is passed on unrecorded: its server speaks first, so that it is not HTTP',
    'x\\u001b.test:1 is passed on unrecorded: --tunnel leaves it alone',
    'y.test:1 is passed on unrecorded: its client speaks neither HTTP nor TLS',
  ]);
  expect(notes.lines()).toEqual([
    '  4 connections passed on unrecorded: db.test:5432, x\\u001b.test:1, y.test:1',
    '  2 connections closed by clients that did not go through with TLS: a.test',
  ]);
  expect(notes.facts()).toEqual({
    tunnelled: { 'db.test:5432': 2, 'x\u001b.test:1': 1, 'y.test:1': 1 },
    refused: { 'a.test': 2 },
  });
});

test.for([
  [undefined, /^a client left at the sight of our certificate for b.test; if it does not trust it: start it with/],
  [errorOf('ECONNRESET'), /^a client left at the sight of our certificate for b.test/],
  [errorOf('ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE'), /^a client does not trust .* \(bad certificate\)/],
  [errorOf('ERR_SSL_NO_SHARED_CIPHER'), /^TLS with a client for b.test failed: no ERR_SSL_NO_SHARED_CIPHER$/],
] as const)('%o', ([error, words]) => {
  const { said, notes } = noting();
  notes.onRefusedHandshake({ host: 'b.test', error });
  expect(said[0]).toMatch(words);
});

test('a client of a listener for one server needs our certificate only', () => {
  const { said, notes } = noting('reverse');
  notes.onRefusedHandshake({ host: 'localhost', error: errorOf('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA') });
  expect(said).toEqual([
    'a client does not trust our certificate for localhost (unknown ca): give it our CA: NODE_EXTRA_CA_CERTS=/ca.pem (Node), --cacert /ca.pem (curl)',
  ]);
});

test('a program that retake exec started has been given it, and does not look', () => {
  const { said, notes } = noting('exec');
  notes.onRefusedHandshake({ host: 'a.test', error: errorOf('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA') });
  expect(said).toEqual([
    'a client does not trust our certificate for a.test (unknown ca): it reads none of the variables it was given (docs/exec.md); give it our CA: NODE_EXTRA_CA_CERTS=/ca.pem (Node), --cacert /ca.pem (curl); or leave the host alone: --tunnel a.test',
  ]);
});

test('without such connections there is nothing to say', () => {
  const { notes } = noting();
  expect([notes.lines(), notes.facts()]).toEqual([[], {}]);
});
