import { describe, expect, test } from 'vitest';
import { parseReporters } from '../../../src/suite/reporters/reporter-list.ts';
import { check, suiteResult } from '../../support/suite-result.ts';

describe('the --reporter option', () => {
  test('names the summary and files, in order', () => {
    const choice = parseReporters('default, json=out/a=b.json,junit=junit.xml');
    expect(choice.summary).toBe('printed');
    expect(choice.files.map(({ path }) => path)).toEqual(['out/a=b.json', 'junit.xml']);
    const [json, junit] = choice.files.map(({ format }) => format([suiteResult([check()])]));
    expect(json).toContain('"schema": "retake.test/1"');
    expect(junit).toContain('<testsuites');
  });

  test('without default the summary is left out', () => {
    expect(parseReporters('json=x').summary).toBe('left out');
  });

  test.each([
    ['html=x', 'there is no reporter "html=x"', 'known reporters: default, json=FILE, junit=FILE'],
    ['toString', 'there is no reporter "toString"', 'known reporters: default, json=FILE, junit=FILE'],
    ['default=x', 'there is no reporter "default=x"', 'known reporters: default, json=FILE, junit=FILE'],
    ['junit', 'reporter junit needs a file', 'write --reporter junit=FILE'],
  ])('%s is refused: %s', (text, message, hint) => {
    expect(() => parseReporters(text)).toThrow(expect.objectContaining({ message, hint, exitCode: 2 }));
  });
});
