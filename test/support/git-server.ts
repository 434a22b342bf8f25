import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

/** Why `git http-backend` cannot be served here, or undefined when it can. */
export function gitServerProblem(): string | undefined {
  const found = spawnSync('git', ['--exec-path'], { encoding: 'utf8' });
  if (found.status !== 0) return 'git is not installed';
  const backend = path.join(found.stdout.trim(), 'git-http-backend');
  return existsSync(backend) ? undefined : `this git has no http-backend (${backend})`;
}

/** Serves every repository below a folder over git's smart HTTP protocol, by `git http-backend` as CGI (RFC 3875). */
export async function startGitServer(folder: string): Promise<{ readonly url: string; readonly close: () => void }> {
  const server: Server = createServer(gitRequests(folder));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The same for another server. */
export function gitRequests(folder: string): RequestListener {
  return (request, response) => runBackend(folder, request, response);
}

function runBackend(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://git');
  const { headers } = request;
  const backend = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REMOTE_ADDR: '127.0.0.1',
      CONTENT_TYPE: headers['content-type'] ?? '',
      ...(headers['content-length'] !== undefined && { CONTENT_LENGTH: headers['content-length'] }),
      ...(headers['content-encoding'] !== undefined && { HTTP_CONTENT_ENCODING: headers['content-encoding'] }),
      ...(headers['git-protocol'] !== undefined && { GIT_PROTOCOL: String(headers['git-protocol']) }),
    },
  });
  request.pipe(backend.stdin);
  // The backend may answer without reading everything it was sent.
  backend.stdin.on('error', () => {});
  let head: Buffer = Buffer.alloc(0);
  backend.stdout.on('data', (chunk: Buffer) => {
    if (response.headersSent) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    writeCgiHead(head.subarray(0, end).toString('latin1'), response);
    response.write(head.subarray(end + 4));
  });
  backend.on('close', () => (response.headersSent ? response.end() : response.writeHead(500).end()));
}

function writeCgiHead(head: string, response: ServerResponse): void {
  const lines = head.split('\r\n').map((line) => /^([^:]+):\s*(.*)$/.exec(line)!.slice(1) as [string, string]);
  const status = lines.find(([name]) => name.toLowerCase() === 'status')?.[1] ?? '200 OK';
  const [code = '200', ...reason] = status.split(' ');
  const headers = lines.filter(([name]) => name.toLowerCase() !== 'status').flat();
  response.writeHead(Number(code), reason.join(' '), headers);
}

/** A bare repository `NAME.git` in `folder` with one branch of `commits` commits; returns the id of the last one. */
export function makeRepository(folder: string, name: string, commits: number): string {
  const bare = path.join(folder, `${name}.git`);
  runGit(folder, ['init', '--quiet', '--bare', '--initial-branch=main', bare]);
  const stream = Array.from({ length: commits }, (_, index) => commitCommands(index)).join('');
  runGit(bare, ['fast-import', '--quiet'], stream);
  return runGit(bare, ['rev-parse', 'main']).trim();
}

/** One commit for `git fast-import`: a growing file and one of its own, at fixed times. */
function commitCommands(index: number): string {
  const message = `Commit ${index + 1}\n`;
  const log = Array.from({ length: index + 1 }, (_, line) => `line ${line} of the story ${line * 7919}\n`).join('');
  const file = (name: string, text: string): string =>
    `M 100644 inline ${name}\ndata ${Buffer.byteLength(text)}\n${text}\n`;
  return [
    'commit refs/heads/main\n',
    `committer Test <test@example.com> ${1_700_000_000 + index * 60} +0000\n`,
    `data ${message.length}\n${message}`,
    file('story.txt', log),
    file(`notes/${index}.md`, `# Note ${index}\n\n${'word '.repeat(index * 5)}\n`),
    '\n',
  ].join('');
}

/** Runs git with no configuration of the person at the keyboard. Throws with git's words. */
export function runGit(cwd: string, args: readonly string[], input?: string): string {
  const ended = spawnSync('git', [...args], {
    cwd,
    encoding: 'utf8',
    ...(input !== undefined && { input }),
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' },
  });
  if (ended.status !== 0) throw new Error(`git ${args.join(' ')}: ${ended.stderr}`);
  return ended.stdout;
}
