import path from 'node:path';
import { CassetteReader } from '../store/cassette-reader.ts';
import { generateVitest } from '../suite/generate-vitest.ts';
import { cassetteName } from './context.ts';

/**
 * The text of a vitest file for a session (the newest when undefined) of a cassette, for a file in `folder`: the
 * cassette is named relative to it.
 */
export function vitestFile(options: {
  readonly cassettePath: string;
  readonly session?: string;
  readonly folder: string;
}): string {
  const { cassettePath, folder } = options;
  const reader = CassetteReader.open(cassettePath);
  try {
    const session = reader.session(options.session);
    return generateVitest({
      cassettePath: relativeUrl(folder, cassettePath),
      cassette: cassetteName(cassettePath),
      session: session.name,
      exchanges: reader.exchanges(session.id),
    });
  } finally {
    reader.close();
  }
}

/** A relative URL reference (RFC 3986 §4.2): always with a dot segment, every segment percent-encoded. */
function relativeUrl(folder: string, file: string): string {
  const relative = path.relative(folder, file).split(path.sep).map(encodeURIComponent).join('/');
  return relative.startsWith('../') ? relative : `./${relative}`;
}
