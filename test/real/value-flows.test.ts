import { hash, randomUUID } from 'node:crypto';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import { programProblem } from '../support/debian-package.ts';
import { etcdProgram, startEtcd } from '../support/etcd.ts';
import { headerOf, type Send, sender } from '../support/paced.ts';
import { runRetake, startRetake } from '../support/process.ts';
import { radicaleProgram, startRadicale } from '../support/radicale.ts';
import { registryProgram, startRegistry } from '../support/registry.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

interface Server {
  readonly url: string;
  readonly stop: (signal: 'SIGKILL') => Promise<unknown>;
}

interface Recorded {
  /** `0 json:/ID → 1 json:/lease`, in order. */
  readonly flows: readonly string[];
  /** What a run against a server that knows nothing of the recording says, by check. */
  readonly verdicts: readonly string[];
}

/** Records what `use` does, and sends it again to another, fresh server. */
async function recordAndRun(
  folder: string,
  start: (name: string) => Promise<Server>,
  use: (send: Send) => Promise<void>,
): Promise<Recorded> {
  const server = await start('recorded');
  const recorder = await startRetake(['record', '--target', server.url, '--cassette', 'real', '--no-redact'], {
    cwd: folder,
  });
  await use(sender(recorder.url));
  expect(await recorder.stop()).toMatchObject({ code: 0 });
  await server.stop('SIGKILL');
  const fresh = await start('fresh');
  const { stdout } = await runRetake(['test', 'real', '--target', fresh.url, '--json'], { cwd: folder });
  await fresh.stop('SIGKILL');
  const { checks } = JSON.parse(stdout) as {
    checks: { method: string; verdict: string; differences: { part: string; severity: string }[] }[];
  };
  const reader = CassetteReader.open(path.join(folder, 'cassettes/real.cassette'));
  const flows = reader
    .flows(reader.session().id)
    .map(({ from, fromPlace, to, toPlace }) => `${from} ${fromPlace} → ${to} ${toPlace}`);
  reader.close();
  const statuses = checks.map(
    ({ method, differences }) =>
      `${method} ${differences.some(({ part }) => part === 'status') ? 'other status' : 'same status'}`,
  );
  return { flows, verdicts: statuses };
}

const json = ['Content-Type: application/json'];
const bodyOf = async (answer: ReturnType<Send>): Promise<Record<string, unknown>> =>
  JSON.parse((await answer).body.toString()) as Record<string, unknown>;

const etcdProblem = programProblem('etcd-server', etcdProgram);

describe.skipIf(etcdProblem !== undefined)(
  `flows of etcd's JSON gateway${etcdProblem ? ` (skipped: ${etcdProblem})` : ''}`,
  () => {
    const { folder, remove } = makeTempFolder();
    afterAll(remove);

    it('are exactly those of its client, and carry leases, revisions and tokens into a new server', async () => {
      const recorded = await recordAndRun(
        folder,
        (name) => startEtcd(path.join(folder, name)),
        async (send) => {
          const call = (method: string, message: object, headers: readonly string[] = []) =>
            send({ line: `POST /v3/${method}`, headers: [...json, ...headers], body: JSON.stringify(message) });
          const key = btoa('apple');
          // 0, 1: a lease, and a key that lives as long.
          const { ID } = await bodyOf(call('lease/grant', { TTL: '600' }));
          const put = await bodyOf(call('kv/put', { key, value: btoa('red'), lease: ID }));
          const { revision } = put['header'] as { revision: string };
          // 2: another value; 3: read what was before it; 4: read what is; 5: change it only if nobody else did.
          await call('kv/put', { key, value: btoa('green'), lease: ID });
          await call('kv/range', { key, revision });
          const { kvs } = (await bodyOf(call('kv/range', { key, limit: '2' }))) as { kvs: { mod_revision: string }[] };
          const compare = [{ key, target: 'MOD', result: 'EQUAL', mod_revision: kvs[0]!.mod_revision }];
          await call('kv/txn', { compare, success: [{ requestPut: { key, value: btoa('blue') } }] });
          // 6, 7: how long the lease lives, and its end.
          await call('lease/timetolive', { ID, keys: true });
          await call('lease/revoke', { ID });
          // 8 to 13: users, a login, and what its token opens.
          await call('auth/user/add', { name: 'root', password: 'pass-2' });
          await call('auth/role/add', { name: 'root' });
          await call('auth/user/grant', { user: 'root', role: 'root' });
          await call('auth/enable', {});
          const { token } = await bodyOf(call('auth/authenticate', { name: 'root', password: 'pass-2' }));
          await call('kv/range', { key }, [`Authorization: ${String(token)}`]);
          await call('auth/disable', {}, [`Authorization: ${String(token)}`]);
        },
      );
      expect(recorded.flows).toEqual([
        '0 json:/ID → 1 json:/lease',
        '0 json:/ID → 2 json:/lease',
        '1 json:/header/revision → 3 json:/revision',
        '4 json:/kvs/0/mod_revision → 5 json:/compare/0/mod_revision',
        '0 json:/ID → 6 json:/ID',
        '0 json:/ID → 7 json:/ID',
        '12 json:/token → 13 header:authorization[0]',
        '12 json:/token → 14 header:authorization[0]',
      ]);
      expect(recorded.verdicts).toEqual(recorded.verdicts.map(() => 'POST same status'));
    }, 120_000);
  },
);

const registryProblem = programProblem('docker-registry', registryProgram);
const digestOf = (text: string): string => `sha256:${hash('sha256', text)}`;
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

describe.skipIf(registryProblem !== undefined)(
  `flows of a registry's uploads${registryProblem ? ` (skipped: ${registryProblem})` : ''}`,
  () => {
    const { folder, remove } = makeTempFolder();
    afterAll(remove);

    it('are the address and the state of each upload, and open uploads of a new server', async () => {
      const start = (name: string): Promise<Server> => startRegistry(folder, { name, locations: 'relative' });
      const recorded = await recordAndRun(folder, start, async (send) => {
        const bytes = ['Content-Type: application/octet-stream'];
        const begin = (): ReturnType<Send> =>
          send({ line: 'POST /v2/ada/tea/blobs/uploads/', headers: ['Content-Length: 0'] });
        const config = '{"os":"linux"}';
        // 0, 1: a blob in two steps.
        const first = headerOf(await begin(), 'location');
        await send({ line: `PUT ${first}&digest=${digestOf(config)}`, headers: bytes, body: config });
        // 2 to 5: another one in pieces.
        let place = headerOf(await begin(), 'location');
        place = headerOf(await send({ line: `PATCH ${place}`, headers: bytes, body: 'one ' }), 'location');
        place = headerOf(
          await send({ line: `PATCH ${place}`, headers: [...bytes, 'Content-Range: 4-6'], body: 'two' }),
          'location',
        );
        await send({ line: `PUT ${place}&digest=${digestOf('one two')}`, headers: ['Content-Length: 0'] });
        // 6 to 8: the image of both, by tag and by digest.
        const manifest = JSON.stringify({
          schemaVersion: 2,
          mediaType: manifestType,
          config: {
            mediaType: 'application/vnd.oci.image.config.v1+json',
            size: config.length,
            digest: digestOf(config),
          },
          layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', size: 7, digest: digestOf('one two') }],
        });
        await send({
          line: 'PUT /v2/ada/tea/manifests/v1',
          headers: [`Content-Type: ${manifestType}`],
          body: manifest,
        });
        await send({ line: 'GET /v2/ada/tea/manifests/v1', headers: [`Accept: ${manifestType}`] });
        await send({ line: `GET /v2/ada/tea/blobs/${digestOf(config)}` });
      });
      expect(recorded.flows).toEqual([
        '0 header:location[0] > path:5 → 1 path:5',
        '0 header:location[0] > query:_state[0] → 1 query:_state[0]',
        '2 header:location[0] > path:5 → 3 path:5',
        '2 header:location[0] > query:_state[0] → 3 query:_state[0]',
        '2 header:location[0] > path:5 → 4 path:5',
        '3 header:location[0] > query:_state[0] → 4 query:_state[0]',
        '2 header:location[0] > path:5 → 5 path:5',
        '4 header:location[0] > query:_state[0] → 5 query:_state[0]',
      ]);
      expect(new Set(recorded.verdicts.map((line) => line.slice(line.indexOf(' ') + 1)))).toEqual(
        new Set(['same status']),
      );
    }, 120_000);
  },
);

const radicaleProblem = programProblem('radicale', radicaleProgram);

describe.skipIf(radicaleProblem !== undefined)(
  `flows of a calendar server${radicaleProblem ? ` (skipped: ${radicaleProblem})` : ''}`,
  () => {
    const { folder, remove } = makeTempFolder();
    afterAll(remove);

    it('are entity tags and sync tokens', async () => {
      const start = (name: string): Promise<Server> => startRadicale(path.join(folder, name));
      const uid = randomUUID();
      const recorded = await recordAndRun(folder, start, async (send) => {
        const auth = `Authorization: Basic ${btoa('ada:ada')}`;
        const xml = [auth, 'Content-Type: application/xml; charset=utf-8'];
        const calendar = (summary: string): string =>
          [
            'BEGIN:VCALENDAR',
            'VERSION:2.0',
            'PRODID:-//t//t//EN',
            'BEGIN:VEVENT',
            `UID:${uid}`,
            'DTSTAMP:20200101T000000Z',
            'DTSTART:20200102T100000Z',
            `SUMMARY:${summary}`,
            'END:VEVENT',
            'END:VCALENDAR',
            '',
          ].join('\r\n');
        const line = `PUT /ada/work/${uid}.ics`;
        const text = [auth, 'Content-Type: text/calendar; charset=utf-8'];
        await send({ line: 'MKCALENDAR /ada/work/', headers: [auth] });
        await send({ line, headers: text, body: calendar('Tea') });
        const find = '<d:propfind xmlns:d="DAV:"><d:prop><d:getetag/><d:sync-token/></d:prop></d:propfind>';
        const seen = (
          await send({ line: 'PROPFIND /ada/work/', headers: [...xml, 'Depth: 0'], body: find })
        ).body.toString();
        const token = /<sync-token>([^<]+)</.exec(seen)![1]!;
        const tag = headerOf(await send({ line: `GET /ada/work/${uid}.ics`, headers: [auth] }), 'etag');
        await send({ line, headers: [...text, `If-Match: ${tag}`], body: calendar('Tea with Bob') });
        const sync = `<d:sync-collection xmlns:d="DAV:"><d:sync-token>${token}</d:sync-token><d:sync-level>1</d:sync-level><d:prop><d:getetag/></d:prop></d:sync-collection>`;
        await send({ line: 'REPORT /ada/work/', headers: xml, body: sync });
      });
      expect(recorded.flows).toEqual([
        '1 header:etag[0] → 4 header:if-match[0]',
        '2 xml:/multistatus/response/propstat/prop/sync-token → 5 xml:/sync-collection/sync-token',
      ]);
      expect(recorded.verdicts.filter((one) => one.endsWith('other status'))).toEqual([]);
    }, 120_000);
  },
);
