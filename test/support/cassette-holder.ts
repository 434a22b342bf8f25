/**
 * Run as a process of its own: opens a cassette, does what the first argument says, prints `ready`, and stays until it
 * is killed or its standard input ends.
 *
 *   record FILE   a session with one complete and one running exchange and half a large body, all committed
 *   create FILE   a new cassette, still open for writing
 *   read FILE     a connected reader
 */
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import { newExchange, newSession, responseOutcome } from './cassette-parts.ts';

const [job, file] = process.argv.slice(2);
if (file === undefined) throw new Error('cassette-holder: no file');

function open(): { close: () => void } {
  if (job === 'read') {
    const reader = CassetteReader.open(file!);
    reader.sessions();
    return reader;
  }
  const writer = CassetteWriter.open(file!, { create: 'if-missing' });
  if (job === 'record') record(writer);
  return writer;
}

function record(writer: CassetteWriter): void {
  const sessionId = writer.beginSession(newSession({ name: 'crashed' }));
  writer.transaction(() => {
    const body = writer.putBody(Buffer.from('answered'));
    const outcome = responseOutcome({ body });
    writer.insertExchange(newExchange(sessionId, { position: 0, method: 'POST', target: '/answered', outcome }));
    // Position 1 was dropped before the crash.
    writer.insertRunning(newExchange(sessionId, { position: 2, epoch: 1, target: '/running' }));
    writer.openBody().write(Buffer.alloc(300_000, 'x'));
  });
}

const held = open();
process.stdout.write('ready\n');
process.stdin.resume();
process.stdin.on('end', () => held.close());
