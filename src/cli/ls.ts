import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { type ExitCode } from '../base/errors.ts';
import type { Session } from '../model/session.ts';
import { targetWords } from '../views/target-words.ts';
import type { Register } from './command.ts';
import { cassetteName, cassettePath, type Context, reportError } from './context.ts';

interface ListedCassette {
  readonly path: string;
  readonly name: string;
  readonly formatVersion: number;
  readonly sizeBytes: number;
  /** With --verbose: equal for recordings of equal content. */
  readonly contentHash?: string;
  readonly sessions: readonly ListedSession[];
}

interface ListedSession extends Session {
  /** Why it does not hold everything, or not yet. */
  readonly state: string | undefined;
}

export const ls: Register = (define) => {
  const { command, run } = define('ls [cassettes...]', 'list cassettes and their sessions');
  command.addHelpText(
    'after',
    '\nWithout a name: every cassette in cassettes/. With --verbose also a hash of the content.',
  );
  run(async (context, _options, names) => {
    const files = names.length > 0 ? names.map((name) => cassettePath(context.cwd, name)) : cassettesIn(context.cwd);
    const listed: ListedCassette[] = [];
    let exitCode: ExitCode = 0;
    for (const file of files) {
      try {
        listed.push(await readCassette(context, file));
      } catch (thrown) {
        // One broken cassette does not hide the others.
        exitCode = reportError(thrown, context);
      }
    }
    if (context.json) await context.print(`${JSON.stringify(document(listed), undefined, 2)}\n`);
    else if (files.length === 0) context.log.info('no cassettes here yet: retake record --target URL --cassette NAME');
    else await context.print(await table(context, listed));
    return exitCode;
  });
};

function cassettesIn(cwd: string): string[] {
  const folder = path.join(cwd, 'cassettes');
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.cassette'));
  return names.sort().map((name) => path.join(folder, name));
}

async function readCassette(context: Context, file: string): Promise<ListedCassette> {
  const { CassetteReader } = await import('../store/cassette-reader.ts');
  const { sessionState } = await import('./exchange-text.ts');
  const reader = CassetteReader.open(file);
  try {
    const relative = path.relative(context.cwd, file);
    const hash = context.verbose ? (await import('../store/content-hash.ts')).contentHash(reader) : undefined;
    return {
      path: relative.startsWith('..') ? file : relative,
      name: cassetteName(file),
      formatVersion: reader.formatVersion,
      sizeBytes: statSync(file).size,
      ...(hash === undefined ? {} : { contentHash: hash }),
      sessions: reader.sessions().map((session) => ({ ...session, state: sessionState(reader, session) })),
    };
  } finally {
    reader.close();
  }
}

function document(listed: readonly ListedCassette[]): object {
  return {
    schema: 'retake.ls/1',
    cassettes: listed.map((cassette) => ({
      ...cassette,
      sessions: cassette.sessions.map((session) => ({
        name: session.name,
        startedAt: new Date(session.startedAt).toISOString(),
        target: session.targets[0]?.url ?? '',
        exchanges: session.exchangeCount,
        incomplete: session.state !== undefined,
      })),
    })),
  };
}

async function table(context: Context, listed: readonly ListedCassette[]): Promise<string> {
  const { oneLine } = await import('./exchange-text.ts');
  const { formatCount, formatDateTime, formatSize } = await import('../views/quantities.ts');
  const paint = context.paintData;
  const rows = listed.flatMap(({ sessions }) => sessions);
  const nameWidth = Math.max(0, ...rows.map(({ name }) => oneLine(name).length));
  const countWidth = Math.max(0, ...rows.map(({ exchangeCount }) => formatCount(exchangeCount, 'exchange').length));
  const blocks = listed.map((cassette) => {
    const size = formatSize(cassette.sizeBytes);
    const lines = [`${paint('bold', cassette.path)}  ${paint('dim', `${size}, format ${cassette.formatVersion}`)}`];
    if (cassette.contentHash !== undefined) lines.push(paint('dim', `  content ${cassette.contentHash}`));
    if (cassette.sessions.length === 0) lines.push(paint('dim', '  no sessions yet'));
    for (const session of cassette.sessions) {
      lines.push(
        [
          `  ${paint('cyan', oneLine(session.name).padEnd(nameWidth))}`,
          paint('dim', formatDateTime(session.startedAt)),
          formatCount(session.exchangeCount, 'exchange').padStart(countWidth),
          targetWords(session.targets),
          ...(session.state === undefined ? [] : [paint('yellow', session.state)]),
        ].join('  '),
      );
    }
    return `${lines.join('\n')}\n`;
  });
  return blocks.join('\n');
}
