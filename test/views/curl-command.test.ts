import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CurlRequest, curlCommand } from '../../src/views/curl-command.ts';

/** What a POSIX shell hands to curl when the command is pasted: its arguments, and the bytes on its standard input. */
function pasted(command: string): { args: string[]; input: Buffer } {
  const script = `curl() { printf '%s\\0' "$@"; printf 'INPUT'; case "$*" in *@-*) cat;; esac; }\n${command}`;
  const output = execFileSync('/bin/sh', ['-c', script]);
  const end = output.indexOf('\0INPUT') + 1;
  return { args: output.toString('latin1', 0, end - 1).split('\0'), input: output.subarray(end + 'INPUT'.length) };
}

const known = ['Accept', '*/*', 'User-Agent', 'test', 'Content-Type', 'text/plain'];

function request(overrides: Partial<CurlRequest> = {}): CurlRequest {
  return { method: 'GET', url: 'http://127.0.0.1:3000/a', headers: known, body: Buffer.alloc(0), ...overrides };
}

/** The values of one option. */
const valuesOf = (args: readonly string[], option: string): string[] =>
  args.flatMap((argument, at) => (argument === option ? [args[at + 1]!] : []));

describe('a curl command', () => {
  test('reads like one a person would write', () => {
    const command = curlCommand({
      method: 'POST',
      url: "http://127.0.0.1:3000/a?x=[1]&y='",
      headers: ['Host', 'h', 'Content-Type', 'application/json', 'Content-Length', '8', 'X-Empty', ''],
      body: Buffer.from(`{"a":"'"}`),
    });
    expect(command).toBe(
      [
        String.raw`curl --globoff --path-as-is 'http://127.0.0.1:3000/a?x=[1]&y='\''' \ `.trimEnd(),
        String.raw`  --header 'Content-Type: application/json' \ `.trimEnd(),
        String.raw`  --header 'X-Empty;' \ `.trimEnd(),
        String.raw`  --header Accept: \ `.trimEnd(),
        String.raw`  --header User-Agent: \ `.trimEnd(),
        String.raw`  --data-raw '{"a":"'\''"}'`,
      ].join('\n'),
    );
  });

  test('names the method only where curl would choose another', () => {
    const methodOf = (method: string, body = ''): string =>
      pasted(curlCommand(request({ method, body: Buffer.from(body) })))
        .args.filter((a) => !/^(curl|http)/.test(a))
        .join(' ');
    expect(methodOf('GET')).not.toContain('--request');
    expect(methodOf('POST', 'x')).not.toContain('--request');
    expect(methodOf('GET', 'x')).toContain('--request GET');
    expect(methodOf('POST')).toContain('--request POST');
    expect(methodOf('HEAD')).toContain('--head');
  });

  test('hands every header byte for byte through the shell', () => {
    const value = fc.uint8Array({ maxLength: 30 }).map((bytes) =>
      Buffer.from(bytes.filter((byte) => byte !== 0 && byte !== 10 && byte !== 13))
        .toString('latin1')
        .trim(),
    );
    fc.assert(
      fc.property(value, (text) => {
        const { args } = pasted(curlCommand(request({ headers: [...known, 'X-Value', text] })));
        expect(valuesOf(args, '--header').at(-1)).toBe(text === '' ? 'X-Value;' : `X-Value: ${text}`);
      }),
      { numRuns: 40 },
    );
  });

  test('hands every body byte for byte through the shell', () => {
    const bodies = [
      '@file',
      'it\'s $HOME `id` \\ "quoted" %s',
      'two\nlines\tand \u00e9\u4e2d',
      Buffer.from([0, 1, 255, 10]),
      '\u001b[31mred',
      Buffer.alloc(5000, 200),
    ];
    for (const content of bodies) {
      const body = Buffer.from(content as string);
      const { args, input } = pasted(curlCommand(request({ method: 'POST', body })));
      const sent = args.includes('--data-binary') ? input : Buffer.from(valuesOf(args, '--data-raw')[0]!, 'latin1');
      expect(sent.equals(body)).toBe(true);
    }
  });

  test('never carries a character that would act on a terminal', () => {
    const body = Buffer.from('\u001b]0;title\u0007 \u202e');
    const command = curlCommand(request({ headers: ['X', '\u009b31m\u001b[0m'], body }));
    expect(command).toMatch(/^[\x20-\x7e\n]*$/);
  });

  test('reads a body that is too large from a file', () => {
    expect(curlCommand(request({ method: 'PUT', body: undefined }))).toMatch(
      /--request PUT[^]*--data-binary @body\.bin$/,
    );
  });
});
