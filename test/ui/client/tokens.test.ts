import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** The palette as data: `--name: light-dark(#light, #dark)` or one colour for both. */
const source = readFileSync(new URL('../../../src/ui/client/styles/tokens.css', import.meta.url), 'utf8');
const palette = new Map(
  [...source.matchAll(/--([\w-]+):\s*(?:light-dark\((#\w{6}),\s*(#\w{6})\)|(#\w{6}));/g)].map(
    ([, name, light, dark, both]) => [name!, { light: light ?? both!, dark: dark ?? both! }],
  ),
);

/** WCAG 2.2 relative luminance. */
function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

const surfaces = ['canvas', 'panel', 'raised', 'hover', 'selected'];
const texts = [
  'text',
  'quiet',
  'accent',
  'good',
  'info',
  'warn',
  'bad',
  'json-key',
  'json-string',
  'json-number',
  'json-literal',
];
const pairs: [string, string][] = [
  ...texts.flatMap((text) => surfaces.map((surface): [string, string] => [text, surface])),
  ...['good', 'info', 'warn', 'bad'].flatMap((tone): [string, string][] => [
    [tone, `${tone}-tint`],
    ['text', `${tone}-tint`],
    ['quiet', `${tone}-tint`],
  ]),
  ['text', 'good-mark'],
  ['text', 'bad-mark'],
  ['on-accent', 'accent-fill'],
];

describe.each(['light', 'dark'] as const)('%s colours', (scheme) => {
  const color = (name: string): string => palette.get(name)![scheme];

  test.each(pairs)('%s on %s can be read', (text, surface) => {
    expect(contrast(color(text), color(surface))).toBeGreaterThanOrEqual(4.5);
  });

  test('borders of fields can be seen', () => {
    expect(contrast(color('line-strong'), color('panel'))).toBeGreaterThanOrEqual(3);
    expect(contrast(color('accent'), color('panel'))).toBeGreaterThanOrEqual(3);
  });
});
