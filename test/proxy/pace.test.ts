import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodySteps, parsePace, timedPieces } from '../../src/proxy/pace.ts';

describe('the pace as text', () => {
  test.each([
    ['instant', { kind: 'instant' }],
    ['recorded', { kind: 'recorded', speed: 1 }],
    ['2x', { kind: 'recorded', speed: 2 }],
    ['0.5x', { kind: 'recorded', speed: 0.5 }],
  ])('%s is understood', (text, pace) => {
    expect(parsePace(text)).toEqual(pace);
  });

  test.each(['', 'fast', '0x', '-1x', '2', 'x', '1e3x', '2X '])('%j is not a pace', (text) => {
    expect(parsePace(text)).toBeUndefined();
  });
});

describe('the steps of a body', () => {
  test('a stream repeats its chunks when they came', () => {
    const marks = [
      { offsetMs: 10, sizeBytes: 3 },
      { offsetMs: 90, sizeBytes: 4 },
    ];
    expect(bodySteps({ marks, sizeBytes: 7, firstByteMs: 10, durationMs: 100 })).toEqual(marks);
  });

  test('a body without marks comes at once when it took no time', () => {
    expect(bodySteps({ marks: [], sizeBytes: 7, firstByteMs: 10, durationMs: 12 })).toEqual([
      { offsetMs: 10, sizeBytes: 7 },
    ]);
  });

  test('a body without marks is spread from its first byte to its end', () => {
    const steps = bodySteps({ marks: [], sizeBytes: 1000, firstByteMs: 100, durationMs: 200 });
    expect(steps).toHaveLength(10);
    expect(steps[0]).toEqual({ offsetMs: 100, sizeBytes: 100 });
    expect(steps.at(-1)).toEqual({ offsetMs: 200, sizeBytes: 100 });
  });

  test('two bytes over a second are two steps', () => {
    expect(bodySteps({ marks: [], sizeBytes: 2, firstByteMs: 0, durationMs: 1000 })).toEqual([
      { offsetMs: 0, sizeBytes: 1 },
      { offsetMs: 1000, sizeBytes: 1 },
    ]);
  });
});

describe('cutting a body at its steps', () => {
  test('pieces carry the time of their step, however the body is stored', () => {
    const body = [Buffer.from('ab'), Buffer.from('cdefg')];
    const steps = [
      { offsetMs: 1, sizeBytes: 3 },
      { offsetMs: 2, sizeBytes: 4 },
    ];
    const pieces = [...timedPieces(body, steps)].map(({ bytes, atMs }) => [bytes.toString(), atMs]);
    expect(pieces).toEqual([
      ['ab', 1],
      ['c', 1],
      ['defg', 2],
    ]);
  });

  test('bytes beyond the last step are due with it', () => {
    const pieces = [...timedPieces([Buffer.from('abcd')], [{ offsetMs: 5, sizeBytes: 1 }])];
    expect(pieces.map(({ bytes, atMs }) => [bytes.toString(), atMs])).toEqual([
      ['a', 5],
      ['bcd', 5],
    ]);
  });

  test('no byte is lost, repeated or reordered', () => {
    const sizes = fc.array(fc.nat(20), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 8 }), sizes, (chunks, stepSizes) => {
        const body = chunks.map((chunk) => Buffer.from(chunk));
        const steps = stepSizes.map((sizeBytes, index) => ({ offsetMs: index, sizeBytes }));
        const pieces = [...timedPieces(body, steps)];
        expect(Buffer.concat(pieces.map(({ bytes }) => bytes))).toEqual(Buffer.concat(body));
        const times = pieces.map(({ atMs }) => atMs);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }),
    );
  });
});
