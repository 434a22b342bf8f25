import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorTable } from '../src/base/errors.ts';
import { drawn, driven } from './support/seen-in-browser.ts';

const decisions = ['base', 'model', 'match', 'compare', 'correlate', 'redact', 'store'];
const belowFixtures = [...decisions, 'suite', 'review', 'views', 'proxy'];

/**
 * The layers as data: each room, what it may import, and the packages only it may import. A package named by several
 * rooms may be imported by exactly those. Node's own modules are free.
 */
const rooms: Readonly<Record<string, { readonly rooms: readonly string[]; readonly packages: readonly string[] }>> = {
  base: { rooms: [], packages: [] },
  model: { rooms: ['base'], packages: ['json-p3'] },
  match: { rooms: ['base', 'model'], packages: [] },
  compare: { rooms: ['base', 'model'], packages: ['diff'] },
  correlate: { rooms: ['base', 'model'], packages: [] },
  redact: { rooms: ['base', 'model'], packages: [] },
  store: { rooms: ['base', 'model'], packages: ['better-sqlite3'] },
  views: { rooms: ['base', 'model', 'compare'], packages: ['hono/jsx', 'hono/html'] },
  review: { rooms: ['base', 'model', 'match', 'compare', 'store'], packages: [] },
  proxy: {
    rooms: ['base', 'model', 'match', 'correlate', 'redact', 'store'],
    packages: ['http-proxy', '@peculiar/x509', 'reflect-metadata'],
  },
  suite: { rooms: decisions, packages: [] },
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
  'json-p3': 'src/model/json-path.ts',
  'reflect-metadata': 'src/proxy/x509-library.ts',
};

/** Source files that need no test of their own name, with the reason. An exemption no longer needed fails the test. */
const untested: Readonly<Record<string, string>> = {
  'src/base/tool-version.ts': 'one value, held against package.json by main.test.ts',
  'src/cli/ca-dir-option.ts': 'an option, read by ca-folder.test.ts and used by ca.test.ts',
  'src/proxy/recorded-request.ts': 'what values are looked for in: answer-echo.test.ts and answer-time.test.ts',
  'src/proxy/miss-recorder.ts': 'what --on-miss record keeps: replay-options.test.ts',
  'src/proxy/known-pseudonyms.ts': 'with a key and without: replay-options.test.ts',
  'src/cli/doctor/check.ts': 'types, and three ways to make one',
  'src/cli/trust-variables.ts': 'a table, held against docs/https.md by doctor.test.ts',
  'src/cli/trust-store.ts': 'types, and an error with a command in it',
  'src/cli/control.ts': 'the UI beside a proxy: record.test.ts and replay.test.ts',
  'src/cli/exec-proxy.ts': 'the proxy of each mode: exec.test.ts',
  'src/cli/run-exec.ts': 'the command behind its options: exec.test.ts',
  'src/cli/serving-options.ts': 'options of replay and exec: replay.test.ts',
  'src/cli/demo.ts': 'its options lead to run-demo.ts',
  'src/cli/record-command.ts': 'the command behind its options: record.test.ts',
  'src/cli/recording-options.ts': 'options of record and exec: record.test.ts',
  'src/cli/record-report.ts': 'what the command says, word for word: record.test.ts',
  'src/cli/rule-list.ts': 'what retake rules prints, word for word: rules.test.ts',
  'src/cli/run-demo.ts': 'played whole by test/e2e/demo.test.ts',
  'src/compare/diff-row.ts': 'types only',
  'src/compare/body-format.ts': 'types only',
  'src/compare/body-formats.ts': 'a list, tried by compare-body.test.ts',
  'src/compare/comparison.ts': 'types only',
  'src/compare/json-format.ts': 'leads to compare-json.ts: compare-body.test.ts',
  'src/model/compare-rule.ts': 'types only',
  'src/compare/renames.ts': 'types only',
  'src/correlate/correlated-exchange.ts': 'types only',
  'src/demo/run-customer.ts': 'a program, run by demo-stage.test.ts and test/e2e',
  'src/demo/run-shop.ts': 'a program, run by demo-stage.test.ts and test/e2e',
  'src/cli/command.ts': 'types, and the version that main.test.ts prints',
  'src/cli/program.ts': 'run as a process by main.test.ts',
  'src/cli/signals.ts': 'signals reach real processes in test/e2e',
  'src/fixtures/recording.ts': 'what a test records: open-replay.test.ts',
  'src/fixtures/test-replay.ts': 'what a fixture makes of its options: vitest-fixture.test.ts',
  'src/fixtures/replay-course.ts': 'what a mode comes to: open-replay.test.ts',
  'src/fixtures/replay-engine.ts': 'types only',
  'src/fixtures/replay-failure.ts': 'word for word in open-replay.test.ts',
  'src/fixtures/replay-options.ts': 'what a test asks for: open-replay.test.ts',
  'src/fixtures/replay.ts': 'what a test sees: open-replay.test.ts',
  'src/fixtures/replaying.ts': 'what a test is served: open-replay.test.ts',
  'src/fixtures/test-log.ts': 'warnings on stderr',
  'src/fixtures/upstream-settings.ts': 'one line: how a test reaches servers',
  'src/fixtures/surroundings.ts': 'what a process says of itself: open-replay.test.ts',
  'src/model/decision.ts': 'types only',
  'src/cli/suite-connections.ts': 'how a run connects: upstream-options.test.ts',
  'src/suite/connections.ts': 'types only',
  'src/model/fault.ts': 'types, and one line for people: fault-injection.test.ts',
  'src/model/fault-effect.ts': 'the words of effects, both ways in fault-text.test.ts',
  'src/model/flow.ts': 'types only',
  'src/model/live.ts': 'types only',
  'src/model/match-rule.ts': 'types only',
  'src/model/rule-problem.ts': 'an error of two fields: match-rule-grammar.test.ts',
  'src/model/proxy-control.ts': 'types only',
  'src/model/why-served.ts': 'types only',
  'src/model/miss-report.ts': 'types only',
  'src/model/run.ts': 'types only',
  'src/model/stored-match-rule.ts': 'types only',
  'src/model/replay-facts.ts': 'types only',
  'src/model/volatile-class.ts': 'types only',
  'src/model/volatile-ids.ts': 'recognisers of one piece: volatile-tokens.test.ts',
  'src/model/volatile-signatures.ts': 'recognisers of one piece: volatile-tokens.test.ts',
  'src/model/volatile-times.ts': 'recognisers of one piece: volatile-tokens.test.ts',
  'src/match/body-differences.ts': 'where two bodies differ: describe-differences.test.ts and explain-miss.test.ts',
  'src/match/pair-differences.ts': 'where names differ: describe-differences.test.ts',
  'src/match/part-difference.ts': 'how a difference is told: describe-differences.test.ts and explain-miss.test.ts',
  'src/match/difference-at.ts': 'a difference by its place: miss.test.ts and near-chosen.test.ts',
  'src/match/miss-cause.ts': 'word for word in explain-miss.test.ts',
  'src/match/effect-facts.ts': 'types only',
  'src/model/session.ts': 'types only',
  'src/model/stream-event.ts': 'types, names of opcodes, and a question of one line',
  'src/proxy/asked-request.ts': 'types only',
  'src/proxy/miss-answers.ts': 'what becomes of misses: replay-handler.test.ts and replay-proxy.test.ts',
  'src/proxy/play-conversation.ts': 'hits that go on: replay-upgrade.test.ts and grpc-player.test.ts',
  'src/proxy/replay-event.ts': 'types only',
  'src/proxy/replay-found.ts': 'types, and two ways to make one: replay-source.test.ts',
  'src/proxy/replay-layer.ts': 'what a session needs to be replayed: replay-source.test.ts',
  'src/proxy/answer-relay.ts': 'half of a hop: forward.test.ts and hop.test.ts',
  'src/proxy/capture.ts': 'from hop to frames: recorder.test.ts',
  'src/proxy/client-side.ts': 'types, and helpers of both sides: serve.test.ts and request-body.test.ts',
  'src/proxy/index-exchange.ts': 'one exchange of an index: index-session.test.ts',
  'src/proxy/http1-call.ts': 'the way of a plain request: hop.test.ts and forward.test.ts',
  'src/proxy/http1-client.ts': 'the way back to HTTP/1.x clients: hop.test.ts and serve.test.ts',
  'src/proxy/fault-clock.ts': 'types, and a timer',
  'src/proxy/fault-draw.ts': 'chance, as the tests of fault-plan.test.ts see it',
  'src/proxy/grpc-miss.ts': 'calls without a recording: grpc-player.test.ts',
  'src/proxy/grpc-request.ts': 'calls as they come in: grpc-player.test.ts',
  'src/proxy/held-call.ts': 'ways of a call: negotiated-calls.test.ts',
  'src/proxy/unused-recordings.ts': 'what a replay leaves: replay-proxy.test.ts',
  'src/proxy/relaxation-words.ts': 'a table of words',
  'src/proxy/touched-rules.ts': 'audit.test.ts, and retake rules in rules.test.ts',
  'src/proxy/served-summary.ts': 'what the feed tells: replay-handler.test.ts',
  'src/proxy/limits.ts': 'two numbers',
  'src/proxy/state-words.ts': 'a table of words',
  'src/proxy/miss-text.ts': 'word for word in miss.test.ts',
  'src/proxy/miss-words.ts': 'word for word in miss.test.ts',
  'src/proxy/missed-request.ts': 'types only',
  'src/proxy/refused-request.ts': 'answers on bare sockets: listener.test.ts',
  'src/proxy/certificate-problem.ts': 'word for word in upstream-connection.test.ts',
  'src/proxy/upstream-call.ts': 'types only',
  'src/proxy/upstream-trust.ts': 'whom a connection trusts: upstream-connection.test.ts',
  'src/proxy/half-closed-question.ts': 'put to clients that leave quietly: hop.test.ts',
  'src/proxy/hop-observer.ts': 'types and an observer that does nothing',
  'src/proxy/open-exchange.ts': 'from frames to rows: exchange-assembler.test.ts',
  'src/proxy/recorder-messages.ts': 'types only',
  'src/proxy/x509-library.ts': 'the library and its keys: authority-files.test.ts and leaf-certificates.test.ts',
  'src/proxy/recorder-worker.ts': 'a thread of its own: recorder.test.ts',
  'src/store/event-rows.ts': 'rows to model, both ways in cassette-writer.test.ts',
  'src/store/new-exchange.ts': 'types only',
  'src/store/rows.ts': 'rows to model, both ways in cassette-writer.test.ts',
  'src/store/run-rows.ts': 'rows to model, both ways in run-store.test.ts',
  'src/store/run-schema.ts': 'a table of statements, executed by run-store.test.ts',
  'src/ui/api-operations.ts': 'a table: openapi.test.ts and api-handlers.test.ts',
  'src/ui/api-schemas.ts': 'a table: openapi.test.ts and api-handlers.test.ts',
  'src/ui/api-problem.ts': 'how errors look to programs: api-handlers.test.ts',
  'src/ui/ui-context.ts': 'opens the run store for the routes, whose tests read it',
  'src/ui/ui-options.ts': 'types only',
  ...Object.fromEntries(drawn.map((file) => [file, 'markup, rendered by the tests of its routes'])),
  ...Object.fromEntries(driven.map((file) => [file, 'driven in a real browser'])),
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
