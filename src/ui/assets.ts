import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** URLs of the embedded files; each carries a hash of its content, so a browser may keep them for ever. */
export interface AssetUrls {
  readonly script: string;
  readonly worker: string;
  readonly styles: string;
  readonly icon: string;
}

export interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
}

export interface Assets {
  readonly urls: AssetUrls;
  /** The file of that name, from a fixed list: nothing else on the disk can be asked for. */
  readonly named: (name: string) => Asset | undefined;
}

const types = {
  'app.js': 'text/javascript; charset=utf-8',
  'live-worker.js': 'text/javascript; charset=utf-8',
  'styles.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;

// Run from source (tests), the built files stand in dist.
const folder = new URL(import.meta.url.endsWith('.ts') ? '../../dist/ui/client/' : './client/', import.meta.url);

/** Reads the files; done once, when the first page is asked for, so that starting a recorder does not wait for it. */
export function loadAssets(): Assets {
  const assets = new Map<string, Asset>();
  const url = (name: keyof typeof types): string => {
    const bytes = readFileSync(new URL(name, folder));
    assets.set(name, { type: types[name], bytes });
    return `/client/${name}?v=${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}`;
  };
  const urls: AssetUrls = {
    script: url('app.js'),
    worker: url('live-worker.js'),
    styles: url('styles.css'),
    icon: url('icon.svg'),
  };
  return { urls, named: (name) => assets.get(name) };
}
