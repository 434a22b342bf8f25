import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { loadAssets } from '../../src/ui/assets.ts';

const assets = loadAssets();

describe('the files the browser gets', () => {
  test('are a fixed list', () => {
    expect(assets.named('app.js')?.type).toBe('text/javascript; charset=utf-8');
    for (const name of ['../serve-ui.js', 'package.json', 'toString', '', 'app.js/../app.js']) {
      expect(assets.named(name)).toBeUndefined();
    }
  });

  test('have URLs that change with their content', () => {
    const { bytes } = assets.named('styles.css')!;
    expect(assets.urls.styles).toBe(
      `/client/styles.css?v=${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}`,
    );
  });

  test('stay small', () => {
    const zipped = (name: string): number => gzipSync(assets.named(name)!.bytes).length;
    expect(zipped('app.js')).toBeLessThan(20_000);
    expect(zipped('live-worker.js')).toBeLessThan(2_000);
    expect(zipped('styles.css')).toBeLessThan(12_000);
  });
});
