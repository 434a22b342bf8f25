import path from 'node:path';
import type { Session } from '../model/session.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import { generateVitest } from './generate-vitest.ts';

/** The text of a vitest file for a session, for a file in `folder`: the cassette is named relative to it. */
export function vitestFile(options: {
  readonly reader: CassetteReads;
  readonly session: Session;
  readonly folder: string;
}): string {
  const { reader, session, folder } = options;
  return generateVitest({
    cassettePath: relativeUrl(folder, reader.path),
    cassette: path.basename(reader.path).replace(/\.cassette$/, ''),
    session: session.name,
    exchanges: reader.exchanges(session.id),
  });
}

/** A relative URL reference (RFC 3986 §4.2): always with a dot segment, every segment percent-encoded. */
function relativeUrl(folder: string, file: string): string {
  const relative = path.relative(folder, file).split(path.sep).map(encodeURIComponent).join('/');
  return relative.startsWith('../') ? relative : `./${relative}`;
}
