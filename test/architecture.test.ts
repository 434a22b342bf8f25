import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorTable } from '../src/base/errors.ts';
import { untested } from './support/untested-sources.ts';

const decisions = ['base', 'model', 'match', 'compare', 'correlate', 'redact', 'store'];
const belowFixtures = [...decisions, 'suite', 'review', 'views', 'proxy'];

/**
 * The layers as data: each room, what it may import, and the packages only it may import. A package named by several
 * rooms may be imported by exactly those. Node's own modules are free.
 */
const rooms: Readonly<Record<string, { readonly rooms: readonly string[]; readonly packages: readonly string[] }>> = {
  base: { rooms: [], packages: [] },
  model: { rooms: ['base'], packages: ['json-p3', 're2js'] },
  match: { rooms: ['base', 'model'], packages: [] },
  compare: { rooms: ['base', 'model'], packages: ['diff', 'parse5', 'pixelmatch', 'pngjs', 'jpeg-js'] },
  correlate: { rooms: ['base', 'model'], packages: [] },
  redact: { rooms: ['base', 'model'], packages: [] },
  store: { rooms: ['base', 'model'], packages: ['better-sqlite3'] },
  views: { rooms: ['base', 'model', 'compare'], packages: ['hono/jsx', 'hono/html'] },
  review: { rooms: ['base', 'model', 'match', 'compare', 'store'], packages: [] },
  proxy: {
    rooms: ['base', 'model', 'match', 'correlate', 'redact', 'store'],
    packages: ['http-proxy', '@peculiar/x509', 'reflect-metadata'],
  },
  suite: { rooms: decisions, packages: ['ws'] },
  ui: {
    rooms: [...decisions, 'suite', 'review', 'views'],
    packages: ['hono', 'hono/*', '@hono/node-server', '@hono/node-server/*'],
  },
  demo: { rooms: [], packages: [] },
  fixtures: { rooms: belowFixtures, packages: ['vitest', '@playwright/test'] },
  cli: { rooms: [...belowFixtures, 'ui', 'demo', 'fixtures'], packages: ['commander'] },
};

/** Files whose imports are narrower than their room's. */
const onlyImporter: Readonly<Record<string, string>> = {
  'http-proxy': 'src/proxy/forward.ts',
  '@peculiar/x509': 'src/proxy/x509-library.ts',
  parse5: 'src/compare/html-markup.ts',
  pixelmatch: 'src/compare/compare-pictures.ts',
  pngjs: 'src/compare/png-picture.ts',
  'jpeg-js': 'src/compare/jpeg-picture.ts',
  'json-p3': 'src/model/json-path.ts',
  re2js: 'src/model/linear-pattern.ts',
  'reflect-metadata': 'src/proxy/x509-library.ts',
};

/** Of the proxy: the second opens connections, the first speaks on those. */
const connecting = ['src/proxy/http2-pool.ts', 'src/proxy/upstream-connection.ts'];

const softLimit = 250;
const hardLimit = 350;

const sources = globSync('src/**/*.{ts,tsx}').map((file) => file.split(path.sep).join('/'));

interface Import {
  readonly from: string;
  readonly specifier: string;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const found: Import[] = [];
  const pattern =
    /^\s*(?:import|export)\s[^'"`;]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;
  for (const match of text.matchAll(pattern))
    found.push({ from: file, specifier: (match[1] ?? match[2] ?? match[3])! });
  return found;
}

const allImports = sources.flatMap(importsOf);

function roomOf(file: string): string {
  const parts = file.split('/');
  return parts.length === 2 ? 'entry' : parts[1]!;
}

function resolved({ from, specifier }: Import): string {
  return path.posix.normalize(path.posix.join(path.posix.dirname(from), specifier));
}

const isRelative = (specifier: string): boolean => specifier.startsWith('.');

function allows(list: readonly string[], specifier: string): boolean {
  return list.some((entry) => (entry.endsWith('/*') ? specifier.startsWith(entry.slice(0, -1)) : entry === specifier));
}

describe('the layers', () => {
  test('every source file stands in a known room', () => {
    const unknown = sources.filter((file) => roomOf(file) !== 'entry' && !(roomOf(file) in rooms));
    expect(unknown).toEqual([]);
  });

  test('a room imports only rooms below it', () => {
    const wrong = allImports
      .filter(({ from, specifier }) => isRelative(specifier) && roomOf(from) !== 'entry')
      .map((entry) => ({ ...entry, to: resolved(entry) }))
      .filter(({ from, to }) => to.startsWith('src/') && roomOf(from) !== roomOf(to))
      .filter(({ from, to }) => !rooms[roomOf(from)]?.rooms.includes(roomOf(to)))
      .map(({ from, to }) => `${from} → ${to}`);
    expect(wrong).toEqual([]);
  });

  test('the browser modules import only each other and types of the model', () => {
    const wrong = allImports
      .filter(({ from }) => from.startsWith('src/ui/client/'))
      .filter((entry) => {
        if (!isRelative(entry.specifier)) return true;
        const to = resolved(entry);
        return !to.startsWith('src/ui/client/') && !to.startsWith('src/model/');
      })
      .map(({ from, specifier }) => `${from} → ${specifier}`);
    expect(wrong).toEqual([]);
  });

  test('nothing on the server imports the browser modules', () => {
    const wrong = allImports
      .filter(({ from, specifier }) => isRelative(specifier) && !from.startsWith('src/ui/client/'))
      .filter((entry) => resolved(entry).startsWith('src/ui/client/'));
    expect(wrong).toEqual([]);
  });

  test('a package is imported only by the rooms it belongs to', () => {
    const wrong = allImports
      .filter(({ specifier }) => !isRelative(specifier) && !specifier.startsWith('node:'))
      .filter(({ from, specifier }) => {
        const only = onlyImporter[specifier];
        if (only !== undefined) return from !== only;
        return !allows(rooms[roomOf(from)]?.packages ?? [], specifier);
      })
      .map(({ from, specifier }) => `${from} → ${specifier}`);
    expect(wrong).toEqual([]);
  });

  test('only cli, and one file of the fixtures, read the environment or end the process', () => {
    const wrong = sources.filter(
      (file) =>
        roomOf(file) !== 'cli' &&
        file !== 'src/fixtures/surroundings.ts' &&
        /\bprocess\.(env|exit|argv)\b/.test(readFileSync(file, 'utf8')),
    );
    expect(wrong).toEqual([]);
  });

  test('connections to real servers are opened in one place, where they are counted', () => {
    const opens = /\b(?:net|tls|https?|http2)\.(?:connect|createConnection|request|get)\(|\bfetch\(/;
    const found = sources.filter((file) => roomOf(file) === 'proxy' && opens.test(readFileSync(file, 'utf8')));
    expect(found.toSorted()).toEqual(connecting);
  });

  test('there are no import cycles', () => {
    const graph = new Map<string, string[]>();
    for (const entry of allImports) {
      if (!isRelative(entry.specifier)) continue;
      graph.set(entry.from, [...(graph.get(entry.from) ?? []), resolved(entry)]);
    }
    const cycles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file)) {
        cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
        return;
      }
      if (done.has(file)) return;
      for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
      done.add(file);
    };
    for (const file of graph.keys()) visit(file, []);
    expect(cycles).toEqual([]);
  });
});

describe('the files', () => {
  test('none is longer than the hard limit, and few than the soft one', () => {
    const lengths = sources.map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length - 1 }));
    expect(lengths.filter(({ lines }) => lines > hardLimit)).toEqual([]);
    const long = lengths.filter(({ lines }) => lines > softLimit).length;
    expect(long, `${long} of ${sources.length} files are over ${softLimit} lines`).toBeLessThanOrEqual(
      Math.ceil(sources.length / 8),
    );
  });

  test('names are kebab-case and say what is inside', () => {
    const vague = new Set(['index', 'utils', 'util', 'helpers', 'common', 'types', 'manager', 'service']);
    const wrong = sources.filter((file) => {
      const name = path.basename(file).replace(/\.tsx?$/, '');
      if (file === 'src/index.ts') return false;
      return vague.has(name) || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
    });
    expect(wrong).toEqual([]);
  });

  test('none exports a default', () => {
    expect(sources.filter((file) => /^export default\b/m.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  test('each has a test of its name or stands on the exemption list', () => {
    const hasTest = (file: string): boolean => {
      const stem = file.replace(/^src\//, 'test/').replace(/\.tsx?$/, '');
      return existsSync(`${stem}.test.ts`) || existsSync(`${stem}.test.tsx`);
    };
    const missing = sources.filter((file) => !hasTest(file) && !(file in untested));
    expect(missing).toEqual([]);
    const superfluous = Object.keys(untested).filter((file) => !sources.includes(file) || hasTest(file));
    expect(superfluous).toEqual([]);
  });
});

describe('the error catalogue', () => {
  const page = readFileSync('docs/errors.md', 'utf8');

  test('every code is documented with its exit code, and nothing else is', () => {
    const documented = [...page.matchAll(/^\| `([A-Z_]+)` \| (\d) \|/gm)].map(([, code, exit]) => `${code} ${exit}`);
    const known = Object.entries(errorTable).map(([code, entry]) => `${code} ${entry.exitCode}`);
    expect(documented.toSorted()).toEqual(known.toSorted());
  });

  test('every code is used', () => {
    const text = sources
      .filter((file) => file !== 'src/base/errors.ts')
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const thrown = (code: string): boolean => text.includes(`'${code}'`) || code === 'INTERNAL';
    expect(Object.keys(errorTable).filter((code) => !thrown(code))).toEqual([]);
  });
});
