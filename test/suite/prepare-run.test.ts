import { describe, expect, test } from 'vitest';
import type { RedactedSlot } from '../../src/model/flow.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import { type PreparedRun, type SuiteRunOptions, prepareRun } from '../../src/suite/prepare-run.ts';
import { parseTarget } from '../../src/model/target.ts';
import { cassetteOf, openReader } from '../support/cassette.ts';
import { valueFlow } from '../support/value-flow.ts';
import { stageOf, suiteOptions } from '../support/suite-stage.ts';

const redactor = createRedactor(Buffer.alloc(32, 1));

const slot: RedactedSlot = {
  position: 0,
  side: 'request',
  place: 'json:/password',
  rule: 'json:password',
  name: 'PASSWORD',
  pseudonym: 'pseudo-word',
};
const flow = valueFlow({
  fromPlace: 'json:/token',
  toPlace: 'header:authorization[0]',
  prefix: 'Bearer ',
  value: 'pseudo-token',
});

/** POST /login with a redacted password, GET /me with the token of its response, DELETE /me. */
function prepare(overrides: Partial<SuiteRunOptions> = {}): PreparedRun {
  const file = cassetteOf([
    { method: 'POST', target: '/login' },
    { target: '/me' },
    { method: 'DELETE', target: '/me' },
  ]);
  const writer = CassetteWriter.open(file, { create: 'never' });
  writer.addRedactedSlots(1, [
    slot,
    { ...slot, side: 'response', place: 'json:/token', name: 'TOKEN', pseudonym: 'pseudo-token' },
    { ...slot, position: 1, place: 'header:authorization[0]', name: 'AUTHORIZATION', pseudonym: 'pseudo-token' },
  ]);
  writer.addFlows(1, [flow]);
  writer.close();
  return prepareRun({ ...suiteOptions(stageOf(file), 'http://127.0.0.1:1'), redactor, ...overrides });
}

describe('preparing a run', () => {
  test('a secret from outside is renamed to the pseudonym of what is sent now', () => {
    const prepared = prepare();
    expect(prepared.renames).toEqual([['pseudo-word', redactor.pseudonym('correct horse')]]);
    expect(prepared.plan.steps.map(({ flows }) => flows.length)).toEqual([0, 1, 0]);
    expect(prepared.responseSlots.get(0)).toEqual(new Map([['json:/token', 'pseudo-token']]));
  });

  test('a missing secret is named with its first use', () => {
    expect(() => prepare({ secret: () => undefined })).toThrow(
      'the recording needs secrets that were redacted: RETAKE_SECRET_PASSWORD (json:/password of POST /login)',
    );
  });

  test('secrets of requests that are not sent are not asked for', () => {
    const reads = cassetteOf([{ target: '/public' }, { target: '/private' }]);
    const writer = CassetteWriter.open(reads, { create: 'never' });
    writer.addRedactedSlots(1, [{ ...slot, position: 1, place: 'query:key[0]' }]);
    writer.close();
    const reader = openReader(reads);
    const parts = { reader, session: reader.session(), secret: () => undefined };
    expect(() => prepare(parts)).toThrow('RETAKE_SECRET_PASSWORD');
    expect(prepare({ ...parts, grep: /public/ }).renames).toEqual([]);
  });

  test('consent is asked for only where a write would leave this machine', () => {
    const targets = new Map([['default', parseTarget('http://192.0.2.7')]]);
    expect(() => prepare({ targets })).toThrow('of the recorded requests 2 would change its data');
    expect(prepare({ targets, writes: 'allowed' }).plan.steps).toHaveLength(3);
  });
});
