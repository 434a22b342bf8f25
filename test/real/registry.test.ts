import { hash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProcess } from '../../src/demo/start-process.ts';
import { programProblem } from '../support/debian-package.ts';
import {
  allOf,
  changingReads,
  headerOf,
  type Looks,
  missed,
  onceOf,
  perform,
  type Play,
  type Seen,
  type Send,
  sender,
  someOf,
  untrue,
} from '../support/paced.ts';
import { seenOfThinned } from '../support/thinned.ts';
import { openReader } from '../support/cassette.ts';
import { startRetake } from '../support/process.ts';
import { registryProgram, startRegistry } from '../support/registry.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const problem = programProblem('docker-registry', registryProgram);
const skopeo = '/usr/bin/skopeo';
const skopeoProblem = problem ?? programProblem('skopeo', skopeo);

const digestOf = (text: string): string => `sha256:${hash('sha256', text)}`;
const layer = 'the only layer';
const configs = ['{"os":"linux"}', '{"os":"plan9"}'] as const;
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const manifests = configs.map((config) =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', size: config.length, digest: digestOf(config) },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', size: layer.length, digest: digestOf(layer) }],
  }),
);

/** The first image as skopeo keeps images in folders. */
function writeImage(to: string): string {
  mkdirSync(to, { recursive: true });
  writeFileSync(path.join(to, 'version'), 'Directory Transport Version: 1.1\n');
  writeFileSync(path.join(to, 'manifest.json'), manifests[0]!);
  for (const blob of [configs[0], layer]) writeFileSync(path.join(to, hash('sha256', blob)), blob);
  return to;
}

const bytes = ['Content-Type: application/octet-stream'];
const accepting = [`Accept: ${manifestType}`];

/** In two steps, at the place that the registry made up for it. */
function pushed(blob: string, repository: string): Play['writes'] {
  let place = '';
  return [
    async (send) => {
      place = headerOf(
        await send({ line: `POST /v2/${repository}/blobs/uploads/`, headers: ['Content-Length: 0'] }),
        'location',
      );
    },
    async (send) => void (await send({ line: `PUT ${place}&digest=${digestOf(blob)}`, headers: bytes, body: blob })),
  ];
}

function tagged(repository: string, tag: string, manifest: string): (send: Send) => Promise<void> {
  return async (send) =>
    void (await send({
      line: `PUT /v2/${repository}/manifests/${tag}`,
      headers: [`Content-Type: ${manifestType}`],
      body: manifest,
    }));
}

/** Fresh for each performance, since uploads remember their places. */
function play(): Play {
  let place = '';
  return {
    writes: [
      ...pushed(configs[0], 'ada/tea'),
      async (send) => {
        place = headerOf(
          await send({ line: 'POST /v2/ada/tea/blobs/uploads/', headers: ['Content-Length: 0'] }),
          'location',
        );
      },
      async (send) => {
        place = headerOf(await send({ line: `PATCH ${place}`, headers: bytes, body: layer }), 'location');
      },
      async (send) =>
        void (await send({ line: `PUT ${place}&digest=${digestOf(layer)}`, headers: ['Content-Length: 0'] })),
      tagged('ada/tea', 'v1', manifests[0]!),
      ...pushed(configs[1], 'ada/tea'),
      tagged('ada/tea', 'v2', manifests[1]!),
      tagged('ada/tea', 'v1', manifests[1]!),
      async (send) => {
        const target = `/v2/bob/tea/blobs/uploads/?mount=${digestOf(layer)}&from=ada/tea`;
        await send({ line: `POST ${target}`, headers: ['Content-Length: 0'] });
      },
      ...pushed(configs[0], 'bob/tea'),
      tagged('bob/tea', 'latest', manifests[0]!),
      async (send) => void (await send({ line: `DELETE /v2/ada/tea/manifests/${digestOf(manifests[1]!)}` })),
      async (send) => void (await send({ line: `DELETE /v2/ada/tea/blobs/${digestOf(configs[1])}` })),
    ],
    reads: [
      { line: 'GET /v2/' },
      { line: 'GET /v2/_catalog' },
      { line: 'GET /v2/_catalog?n=1' },
      { line: 'GET /v2/ada/tea/tags/list' },
      { line: 'GET /v2/bob/tea/tags/list' },
      ...['v1', 'v2', digestOf(manifests[0]!), digestOf(manifests[1]!)].flatMap((reference) => [
        { line: `GET /v2/ada/tea/manifests/${reference}`, headers: accepting },
        { line: `HEAD /v2/ada/tea/manifests/${reference}`, headers: accepting },
      ]),
      { line: 'GET /v2/bob/tea/manifests/latest', headers: accepting },
      ...[configs[0], configs[1], layer].flatMap((blob) => [
        { line: `HEAD /v2/ada/tea/blobs/${digestOf(blob)}` },
        { line: `GET /v2/ada/tea/blobs/${digestOf(blob)}` },
      ]),
      { line: `HEAD /v2/bob/tea/blobs/${digestOf(layer)}` },
    ],
  };
}

describe.skipIf(problem !== undefined)(
  `a registry of images, then gone${problem ? ` (skipped: ${problem})` : ''}`,
  () => {
    const { folder, remove } = makeTempFolder();
    let truth: readonly Seen[] = [];

    /** Records a client with these looks; what it saw is what the registry showed. */
    async function record(cassette: string, looks: Looks): Promise<readonly Seen[]> {
      const server = await startRegistry(folder, { name: cassette, locations: 'relative' });
      const recorder = await startRetake(['record', '--target', server.url, '--cassette', cassette], { cwd: folder });
      const seen = await perform(sender(recorder.url), play(), looks);
      expect(await recorder.stop()).toMatchObject({ code: 0 });
      await server.stop('SIGKILL');
      return seen;
    }

    beforeAll(async () => {
      truth = await record('images', allOf(play()));
    });
    afterAll(remove);

    it('gives the same client the same again', async () => {
      const player = await startRetake(['replay', 'images', '--strict'], { cwd: folder });
      expect(await perform(sender(player.url), play(), allOf(play()))).toEqual(truth);
      expect(await player.stop()).toMatchObject({ code: 0 });
    });

    it('gives eight clients at once, each with its own progress and looks, what their own writes led to', async () => {
      const player = await startRetake(['replay', 'images', '--strict', '--fail-on', 'unmatched,relaxed'], {
        cwd: folder,
      });
      const seen = await Promise.all(
        Array.from({ length: 8 }, (_, i) => {
          const send =
            i % 2 === 0
              ? sender(player.url, { headers: [`x-retake-lane: client-${i}`] })
              : sender(player.url, { prefix: `/_retake/lane/client-${i}` });
          return perform(send, play(), someOf(play(), { seed: i + 1, share: 0.3 }));
        }),
      );
      expect(seen.map((one) => untrue(one, truth, play()))).toEqual(seen.map(() => []));
      expect(seen.flat().filter(({ shown }) => shown === missed)).toEqual([]);
      expect(await player.stop()).toMatchObject({ code: 0 });
    });

    it('serves a recording with few looks to a client with many: what is shown is so, or it is a miss', async () => {
      await record('few', onceOf(someOf(play(), { seed: 7, share: 0.5 })));
      const player = await startRetake(['replay', 'few', '--strict', '--fail-on', 'none'], { cwd: folder });
      const seen = await perform(sender(player.url), play(), allOf(play()));
      expect(untrue(seen, truth, play())).toEqual([]);
      const misses = seen.filter(({ shown }) => shown === missed);
      expect(misses.length).toBeLessThan(seen.length / 2);
      await player.stop();
    });

    it.each([0.1, 0.3, 0.6, 0.9])('shows nothing untrue where %d of the looks were recorded', (share) => {
      const reader = openReader(path.join(folder, 'cassettes/images.cassette'));
      const wrong = Array.from({ length: 60 }, (_, seed) => {
        const kept = (): Looks => onceOf(someOf(play(), { seed, share }));
        const seen = seenOfThinned(reader, { play: play(), truth, kept: kept(), looks: allOf(play()) });
        const changing = changingReads(truth, kept(), play().writes.length);
        return untrue(
          seen.filter(({ read }) => changing.has(read)),
          truth,
          play(),
        );
      });
      expect(wrong.flat()).toEqual([]);
    });
  },
);

describe.skipIf(skopeoProblem !== undefined)(`skopeo${skopeoProblem ? ` (skipped: ${skopeoProblem})` : ''}`, () => {
  const { folder, remove } = makeTempFolder();
  afterAll(remove);

  /** What every command of a real client printed, and how it ended. */
  async function converse({ url }: { readonly url: string }): Promise<string[]> {
    const image = `docker://${new URL(url).host}/ada/tea`;
    const both = ['copy', '--src-tls-verify=false', '--dest-tls-verify=false'];
    const commands = [
      [...both, `dir:${writeImage(path.join(folder, 'image'))}`, `${image}:v1`],
      ['list-tags', '--tls-verify=false', image],
      ['inspect', '--tls-verify=false', `${image}:v1`],
      [...both, `${image}:v1`, `${image}:v2`],
      ['list-tags', '--tls-verify=false', image],
      [...both, `${image}:v2`, `dir:${path.join(folder, 'copy')}`],
      ['delete', '--tls-verify=false', `${image}:v1`],
      ['list-tags', '--tls-verify=false', image],
      ['inspect', '--tls-verify=false', `${image}:v2`],
    ];
    // It remembers what it has seen of registries; here, in the test's folder.
    const env = { ...process.env, _CONTAINERS_ROOTLESS_UID: '1000', XDG_DATA_HOME: folder, XDG_RUNTIME_DIR: folder };
    const said: string[] = [];
    for (const args of commands) {
      const { code, stdout, stderr } = await runProcess({ command: skopeo, args: ['--insecure-policy', ...args], env });
      said.push(`${code}\n${stdout}${stderr}`.replaceAll(new URL(url).host, 'HOST').replaceAll(/time="[^"]*"/g, ''));
    }
    // It copies several layers at once and tells of them as they come.
    return said.map((text) => text.split('\n').toSorted().join('\n'));
  }

  it('pushes, lists, copies and deletes an image as if the registry were there', async () => {
    const server = await startRegistry(folder, { name: 'pushed', locations: 'relative' });
    const recorder = await startRetake(['record', '--target', server.url, '--cassette', 'pushed'], { cwd: folder });
    const recorded = await converse(recorder);
    expect(recorded.map((text) => /^\d/m.exec(text)?.[0])).toEqual(['0', '0', '0', '0', '0', '0', '0', '0', '1']);
    expect(await recorder.stop()).toMatchObject({ code: 0 });
    await server.stop('SIGKILL');
    const player = await startRetake(['replay', 'pushed'], { cwd: folder });
    expect(await converse(player)).toEqual(recorded);
    expect(await player.stop()).toMatchObject({ code: 0 });
  });
});
