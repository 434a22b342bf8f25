import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findBrowser } from '../../tools/ensure-browser.ts';
import { openReader } from '../support/cassette.ts';
import { gitRequests, gitServerProblem, makeRepository, runGit } from '../support/git-server.ts';
import { type HttpsServer, startHttpsServer } from '../support/https-server.ts';
import { runRetake } from '../support/process.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

/** Debian's own Python, the one that sees the packages apt-get installs. */
const python = '/usr/bin/python3';
const browse = fileURLToPath(new URL('../support/browse.ts', import.meta.url));

const items = JSON.stringify({ items: [{ id: 1, name: 'lamp' }] });

const html = `<!doctype html><title>Shop</title><link rel="icon" href="data:,"><body><script src="/app.js"></script>`;
const script = `(async () => {
  const { items } = await (await fetch('/api/items')).json();
  const order = await (await fetch('/api/orders', { method: 'POST', body: JSON.stringify({ item: items[0].id }) })).text();
  document.body.innerHTML = '<p data-done>' + items[0].name + ' ' + order + '</p>';
})();`;

const shop: RequestListener = (request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const answer = (type: string, body: string): void => void response.setHeader('Content-Type', type).end(body);
    switch (`${request.method} ${request.url}`) {
      case 'GET /':
        return answer('text/html', html);
      case 'GET /app.js':
        return answer('text/javascript', script);
      case 'GET /api/items':
        return answer('application/json', items);
      default:
        return answer('text/plain', `ordered ${Buffer.concat(pieces).toString()} ${process.hrtime.bigint()}`);
    }
  });
};

interface Client {
  readonly name: string;
  /** Why it cannot run here. */
  readonly problem: () => string | undefined;
  readonly command: (url: string) => readonly string[];
  /** What it prints. */
  readonly output: RegExp;
  readonly requests: readonly string[];
}

const missing = (command: string): string | undefined =>
  spawnSync(command, ['--version']).error === undefined ? undefined : `${command} is not installed`;

const getAndOrder = ['GET /api/items', 'POST /api/orders'];
const orderText = /^\{"items":.*\n?ordered \{"item":1\} \d+\n$/;

const clients: readonly Client[] = [
  {
    name: 'curl',
    problem: () => missing('curl'),
    command: (url) => [
      'curl',
      '--silent',
      '--show-error',
      `${url}/api/items`,
      '--next',
      '--silent',
      '--data',
      '{"item":1}',
      '--write-out',
      '\\n',
      `${url}/api/orders`,
    ],
    output: orderText,
    requests: getAndOrder,
  },
  {
    name: 'fetch of Node',
    problem: () => undefined,
    command: (url) => [
      process.execPath,
      '-e',
      `(async () => {
        console.log(await (await fetch('${url}/api/items')).text());
        console.log(await (await fetch('${url}/api/orders', { method: 'POST', body: '{"item":1}' })).text());
      })();`,
    ],
    output: orderText,
    requests: getAndOrder,
  },
  {
    name: 'node:https',
    problem: () => undefined,
    command: (url) => [
      process.execPath,
      '-e',
      `const { request } = require('node:https');
      const ask = (path, method, body) => new Promise((resolve) => {
        request('${url}' + path, { method }, (answer) => {
          let text = '';
          answer.on('data', (piece) => (text += piece)).on('end', () => resolve(console.log(text)));
        }).end(body);
      });
      ask('/api/items', 'GET').then(() => ask('/api/orders', 'POST', '{"item":1}'));`,
    ],
    output: orderText,
    requests: getAndOrder,
  },
  {
    name: 'Python requests',
    problem: pythonProblem,
    command: (url) => [
      python,
      '-c',
      `import requests
print(requests.get('${url}/api/items').text)
print(requests.post('${url}/api/orders', data='{"item":1}').text)`,
    ],
    output: orderText,
    requests: getAndOrder,
  },
  {
    name: 'urllib of Python',
    problem: pythonProblem,
    command: (url) => [
      python,
      '-c',
      `from urllib.request import urlopen
print(urlopen('${url}/api/items').read().decode())
print(urlopen('${url}/api/orders', data=b'{"item":1}').read().decode())`,
    ],
    output: orderText,
    requests: getAndOrder,
  },
  {
    name: 'Java',
    problem: () => missing('javac') ?? missing('java'),
    command: (url) => ['java', javaFile(), url],
    output: orderText,
    requests: getAndOrder,
  },
  {
    name: 'Chromium',
    problem: () => (findBrowser() === undefined ? 'no Chromium is installed' : undefined),
    command: (url) => [process.execPath, browse, url],
    output: /^lamp ordered \{"item":1\} \d+\n$/,
    requests: ['GET /', 'GET /app.js', ...getAndOrder],
  },
];

/** Installs Debian's python3-requests if it is missing and we may. */
function pythonProblem(): string | undefined {
  const canImport = (): boolean => existsSync(python) && spawnSync(python, ['-c', 'import requests']).status === 0;
  if (canImport()) return undefined;
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) return 'Python requests is not installed';
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'python3-requests'], { env });
  return canImport() ? undefined : 'python3-requests could not be installed';
}

/** A program of one file, which java compiles itself. */
function javaFile(): string {
  const { folder, remove } = makeTempFolder();
  onTestFinished(remove);
  const file = path.join(folder, 'Ask.java');
  writeFileSync(
    file,
    `import java.net.*; import java.net.http.*; import java.net.http.HttpRequest.BodyPublishers;
public class Ask {
  public static void main(String[] args) throws Exception {
    var client = HttpClient.newBuilder().proxy(ProxySelector.getDefault()).build();
    var items = HttpRequest.newBuilder(URI.create(args[0] + "/api/items")).build();
    System.out.println(client.send(items, HttpResponse.BodyHandlers.ofString()).body());
    var order = HttpRequest.newBuilder(URI.create(args[0] + "/api/orders")).POST(BodyPublishers.ofString("{\\"item\\":1}")).build();
    System.out.println(client.send(order, HttpResponse.BodyHandlers.ofString()).body());
  }
}
`,
  );
  return file;
}

interface Stage {
  readonly cwd: string;
  readonly server: HttpsServer;
}

/** A folder to record in, and an HTTPS server whose authority only `--upstream-ca` makes known. */
async function stageFor(onRequest: RequestListener): Promise<Stage> {
  const { folder, remove } = makeTempFolder();
  onTestFinished(remove);
  const server = await startHttpsServer(folder, onRequest);
  onTestFinished(server.close);
  return { cwd: folder, server };
}

function exec({ cwd, server }: Stage, command: readonly string[]): ReturnType<typeof runRetake> {
  const args = ['exec', '--ca-dir', path.join(cwd, 'ca'), '--cassette', 'shop', '--upstream-ca', server.caFile];
  return runRetake([...args, '--', ...command], { cwd });
}

function recordedIn({ cwd, server }: Stage): string[] {
  const reader = openReader(path.join(cwd, 'cassettes', 'shop.cassette'));
  return [...reader.exchanges(reader.session().id)].map(({ request, targetName }) => {
    expect(targetName).toBe(`localhost:${server.port}`);
    return `${request.method} ${request.target}`;
  });
}

describe('retake exec with a real client over HTTPS', () => {
  for (const { name, problem, command, output, requests } of clients) {
    const why = problem();
    it.skipIf(why !== undefined)(
      `records ${name} and replays it when the server is gone${why ? ` (skipped: ${why})` : ''}`,
      async () => {
        const stage = await stageFor(shop);
        const words = command(stage.server.url);
        const recorded = await exec(stage, words);
        expect(recorded).toMatchObject({ code: 0, stdout: expect.stringMatching(output) as string });
        expect(recordedIn(stage)).toEqual(requests);
        stage.server.close();
        const replayed = await exec(stage, words);
        expect(replayed.stderr).toContain(`${requests.length} hits, 0 misses, 0 unused recordings`);
        expect(replayed).toMatchObject({ code: 0, stdout: recorded.stdout });
      },
    );
  }

  const curlProblem = missing('curl');
  it.skipIf(curlProblem !== undefined)(
    `tells of a client that trusts its own authority only${curlProblem ? ` (skipped: ${curlProblem})` : ''}`,
    async () => {
      const stage = await stageFor(shop);
      const command = ['curl', '--silent', '--cacert', stage.server.caFile, `${stage.server.url}/api/items`];
      const { code, stderr } = await exec(stage, command);
      expect(code).toBe(60);
      expect(stderr).toContain('a client does not trust our certificate for localhost (unknown ca): it reads none of');
    },
  );

  const gitProblem = gitServerProblem();
  it.skipIf(gitProblem !== undefined)(
    `records git clone and replays it when the server is gone${gitProblem ? ` (skipped: ${gitProblem})` : ''}`,
    async () => {
      const { folder: repositories, remove } = makeTempFolder();
      onTestFinished(remove);
      const tip = makeRepository(repositories, 'story', 10);
      const stage = await stageFor(gitRequests(repositories));
      const folders = ['recorded', 'replayed'].map((name) => path.join(stage.cwd, name));
      for (const folder of folders) {
        mkdirSync(folder);
        const command = ['git', '-C', folder, 'clone', '--quiet', `${stage.server.url}/story.git`];
        expect(await exec(stage, command)).toMatchObject({ code: 0 });
        stage.server.close();
      }
      const clones = folders.map((folder) => path.join(folder, 'story'));
      for (const clone of clones) expect(runGit(clone, ['rev-parse', 'HEAD']).trim()).toBe(tip);
      const [recorded, replayed] = clones.map((clone) => runGit(clone, ['ls-tree', '-r', 'HEAD']));
      expect(replayed).toBe(recorded);
    },
  );
});
