import type { UnusedRecording } from '../../src/proxy/ledger.ts';
import type { MissReport } from '../../src/proxy/miss.ts';

export const missReport = (target: string, overrides: Partial<MissReport> = {}): MissReport => ({
  code: 'unmatched',
  title: `no recording answers GET ${target}`,
  reason: 'nothing was recorded at this path',
  asked: { method: 'GET', target, targetName: 'default', bodyBytes: 0 },
  cassette: 'shop',
  sessions: ['session-1'],
  lane: 'default',
  nearest: [],
  suggestions: [],
  advice: [],
  ...overrides,
});

export const unusedRecordings = (count: number): UnusedRecording[] =>
  Array.from({ length: count }, (_, i) => ({
    address: `shop:session-1/${i}`,
    method: 'GET',
    target: `/${i}`,
    targetName: 'default',
  }));
