import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openReader } from '../support/cassette.ts';
import { programProblem } from '../support/debian-package.ts';
import {
  allOf,
  changingReads,
  type Looks,
  missed,
  onceOf,
  perform,
  type Play,
  type Seen,
  sender,
  someOf,
  untrue,
} from '../support/paced.ts';
import { startRetake } from '../support/process.ts';
import { radicaleProgram, startRadicale } from '../support/radicale.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { seenOfThinned } from '../support/thinned.ts';

const problem = programProblem('radicale', radicaleProgram);

const auth = `Authorization: Basic ${btoa('ada:ada')}`;
const xml = [auth, 'Content-Type: application/xml; charset=utf-8'];

const event = (uid: string, summary: string): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//test//test//EN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20200101T000000Z',
    'DTSTART:20200102T100000Z',
    'DTEND:20200102T110000Z',
    `SUMMARY:${summary}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');

const namespaces = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/"';

/** What a client of calendars does that names its events itself. */
function play([tea, walk]: readonly [string, string]): Play {
  const put = (uid: string, summary: string, calendar = 'work'): Play['writes'][number] => {
    const headers = [auth, 'Content-Type: text/calendar; charset=utf-8'];
    const line = `PUT /ada/${calendar}/${uid}.ics`;
    return async (send) => void (await send({ line, headers, body: event(uid, summary) }));
  };
  const find = (line: string, depth: number, props: string): Play['reads'][number] => ({
    line,
    headers: [...xml, `Depth: ${depth}`],
    body: `<d:propfind ${namespaces}><d:prop>${props}</d:prop></d:propfind>`,
  });
  const renamed = `<d:propertyupdate ${namespaces}><d:set><d:prop><d:displayname>Job</d:displayname></d:prop></d:set></d:propertyupdate>`;
  return {
    writes: [
      async (send) => void (await send({ line: 'MKCALENDAR /ada/work/', headers: [auth] })),
      put(tea, 'Tea'),
      put(walk, 'Walk'),
      async (send) => void (await send({ line: 'PROPPATCH /ada/work/', headers: xml, body: renamed })),
      put(tea, 'Tea with Bob'),
      async (send) => void (await send({ line: 'MKCALENDAR /ada/home/', headers: [auth] })),
      put(tea, 'Tea at home', 'home'),
      async (send) => void (await send({ line: `DELETE /ada/work/${walk}.ics`, headers: [auth] })),
      async (send) => void (await send({ line: 'DELETE /ada/home/', headers: [auth] })),
    ],
    reads: [
      find('PROPFIND /ada/', 1, '<d:displayname/>'),
      find('PROPFIND /ada/work/', 0, '<d:displayname/><s:getctag/><d:sync-token/>'),
      find('PROPFIND /ada/work/', 1, '<d:getetag/>'),
      find('PROPFIND /ada/home/', 1, '<d:getetag/>'),
      {
        line: 'REPORT /ada/work/',
        headers: [...xml, 'Depth: 1'],
        body: `<c:calendar-query ${namespaces}><d:prop><d:getetag/><c:calendar-data/></d:prop><c:filter><c:comp-filter name="VCALENDAR"/></c:filter></c:calendar-query>`,
      },
      {
        line: 'REPORT /ada/work/',
        headers: xml,
        body: `<d:sync-collection ${namespaces}><d:sync-token/><d:sync-level>1</d:sync-level><d:prop><d:getetag/></d:prop></d:sync-collection>`,
      },
      { line: `GET /ada/work/${tea}.ics`, headers: [auth] },
      { line: `HEAD /ada/work/${tea}.ics`, headers: [auth] },
      { line: `GET /ada/work/${walk}.ics`, headers: [auth] },
      { line: `GET /ada/home/${tea}.ics`, headers: [auth] },
    ],
  };
}

describe.skipIf(problem !== undefined)(`calendars, then gone${problem ? ` (skipped: ${problem})` : ''}`, () => {
  const { folder, remove } = makeTempFolder();
  const uids = [randomUUID(), randomUUID()] as const;
  let truth: readonly Seen[] = [];

  beforeAll(async () => {
    const server = await startRadicale(path.join(folder, 'calendars'));
    const args = ['record', '--target', server.url, '--cassette', 'calendars'];
    const recorder = await startRetake(args, { cwd: folder });
    truth = await perform(sender(recorder.url), play(uids), allOf(play(uids)));
    await recorder.stop();
    await server.stop('SIGKILL');
  });
  afterAll(remove);

  it('were really talked to', () => {
    const { writes, reads } = play(uids);
    const end = truth.filter(({ made }) => made === writes.length).map(({ shown }) => shown.slice(0, 3));
    expect(end).toEqual(['207', '207', '207', '404', '207', '207', '200', '200', '404', '404']);
    expect(changingReads(truth, allOf(play(uids)), writes.length).size).toBe(reads.length);
  });

  it('give the same client the same again', async () => {
    const player = await startRetake(['replay', 'calendars', '--strict'], { cwd: folder });
    expect(await perform(sender(player.url), play(uids), allOf(play(uids)))).toEqual(truth);
    expect(await player.stop()).toMatchObject({ code: 0 });
  });

  it('give eight clients at once, each with its own progress and looks, what their own writes led to', async () => {
    const player = await startRetake(['replay', 'calendars', '--strict', '--fail-on', 'unmatched,relaxed'], {
      cwd: folder,
    });
    const seen = await Promise.all(
      Array.from({ length: 8 }, (_, i) => {
        const send = sender(player.url, { prefix: `/_retake/lane/client-${i}` });
        return perform(send, play(uids), someOf(play(uids), { seed: i + 1, share: 0.6 }));
      }),
    );
    expect(seen.map((one) => untrue(one, truth, play(uids)))).toEqual(seen.map(() => []));
    expect(seen.flat().filter(({ shown }) => shown === missed)).toEqual([]);
    expect(await player.stop()).toMatchObject({ code: 0 });
  });

  it('know events by the names that a client makes for them in its own run', async () => {
    const own = [randomUUID(), randomUUID()] as const;
    const player = await startRetake(['replay', 'calendars', '--fail-on', 'unmatched'], { cwd: folder });
    // Before a client has made a name in this run, it may ask for nothing by it.
    const looks: Looks = (made) =>
      allOf(play(own))(made).filter((read) => made >= 8 || read < 6 || (read < 8 && made >= 2));
    const seen = await perform(sender(player.url), play(own), looks);
    const inOurNames = seen.map((one) => ({
      ...one,
      shown: own.reduce((text, uid, i) => text.replaceAll(uid, uids[i]!), one.shown),
    }));
    expect(untrue(inOurNames, truth, play(uids))).toEqual([]);
    expect(seen.filter(({ shown }) => shown === missed)).toEqual([]);
    expect(await player.stop()).toMatchObject({ code: 0 });
  });

  it.each([0.1, 0.3, 0.6, 0.9])('show nothing untrue where %d of the looks were recorded', (share) => {
    const reader = openReader(path.join(folder, 'cassettes/calendars.cassette'));
    const whole = play(uids);
    const wrong = Array.from({ length: 60 }, (_, seed) => {
      const kept = (): Looks => onceOf(someOf(whole, { seed, share }));
      const seen = seenOfThinned(reader, { play: whole, truth, kept: kept(), looks: allOf(whole) });
      const changing = changingReads(truth, kept(), whole.writes.length);
      return untrue(
        seen.filter(({ read }) => changing.has(read)),
        truth,
        whole,
      );
    });
    expect(wrong.flat()).toEqual([]);
  });
});
