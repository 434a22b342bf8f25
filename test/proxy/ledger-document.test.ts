import { expect, test } from 'vitest';
import { Ledger } from '../../src/proxy/ledger.ts';
import { ledgerDocument } from '../../src/proxy/ledger-document.ts';
import { openReader } from '../support/cassette.ts';
import { missReport, unusedRecordings } from '../support/ledger.ts';
import { replayable, shop } from '../support/replayable.ts';

test('the document holds the verdict, what was replayed, and every list', () => {
  const reader = openReader(replayable(shop));
  const layers = [{ reader, cassette: 'shop', session: reader.session() }];
  const ledger = new Ledger();
  ledger.missed(missReport('/a'), 'error');
  const document = ledgerDocument(ledger.summary(unusedRecordings(1)), {
    layers,
    failOn: new Set(['unmatched', 'relaxed']),
  });
  expect(document).toMatchObject({
    schema: 'retake.ledger/1',
    sessions: [{ cassette: 'shop', session: 'session-1' }],
    verdict: 'failed',
    failOn: ['unmatched', 'relaxed'],
    failed: ['unmatched'],
    misses: 1,
    missList: [{ ...missReport('/a'), answer: 'error', count: 1 }],
    unusedList: unusedRecordings(1),
    relaxationList: [],
    obsoleteList: [],
    expiredList: [],
  });
});
