import { describe, expect, test } from 'vitest';
import type { RedactedSlot, ValueFlow } from '../../src/model/flow.ts';
import { collectSecrets, neededSecrets } from '../../src/suite/needed-secrets.ts';
import { valueFlow } from '../support/value-flow.ts';

function slot(position: number, name: string, pseudonym: string, parts: Partial<RedactedSlot> = {}): RedactedSlot {
  return { position, side: 'request', place: `json:/${name.toLowerCase()}`, rule: 'json', name, pseudonym, ...parts };
}

const flow = (to: number, toPlace: string): ValueFlow =>
  valueFlow({ fromPlace: 'json:/token', to, toPlace, value: 't' });

describe('secrets a recording needs', () => {
  test('the same secret is asked for once, a second one of the same name gets a number', () => {
    const needed = neededSecrets(
      [slot(4, 'PASSWORD', 'p2'), slot(0, 'PASSWORD', 'p1'), slot(2, 'PASSWORD', 'p1'), slot(2, 'API_KEY', 'k')],
      [],
    );
    expect(needed.map(({ variable, uses }) => [variable, uses.map((use) => use.position)])).toEqual([
      ['RETAKE_SECRET_PASSWORD', [0, 2]],
      ['RETAKE_SECRET_API_KEY', [2]],
      ['RETAKE_SECRET_PASSWORD_2', [4]],
    ]);
  });

  test('what an earlier response supplies, and what stands in responses, is not asked for', () => {
    const slots = [
      slot(0, 'TOKEN', 't', { side: 'response' }),
      slot(1, 'AUTHORIZATION', 't', { place: 'header:authorization[0]' }),
    ];
    expect(neededSecrets(slots, [flow(1, 'header:authorization[0]')])).toEqual([]);
    expect(neededSecrets(slots, [flow(2, 'header:authorization[0]')])).toHaveLength(1);
  });

  test('values come by pseudonym; every missing one is named with its place before anything is sent', () => {
    const needed = neededSecrets([slot(0, 'PASSWORD', 'p'), slot(3, 'PIN', 'n')], []);
    const describe = (position: number): string => `POST /step/${position}`;
    const env: Record<string, string> = { RETAKE_SECRET_PASSWORD: 'hunter2', RETAKE_SECRET_PIN: '1234' };
    expect([...collectSecrets({ needed, value: (name) => env[name], describe })]).toEqual([
      ['p', 'hunter2'],
      ['n', '1234'],
    ]);
    expect(() => collectSecrets({ needed, value: () => '', describe })).toThrow(
      'the recording needs secrets that were redacted: RETAKE_SECRET_PASSWORD (json:/password of POST /step/0), RETAKE_SECRET_PIN (json:/pin of POST /step/3)',
    );
  });
});
