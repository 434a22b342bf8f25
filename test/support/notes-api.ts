import { randomBytes, randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a build of the service does differently from the first one. */
export type NotesBuild = 'first' | 'regressed' | 'extended' | 'no-token';

export interface NotesApi {
  readonly url: string;
  /** Requests as they arrived: `METHOD path`. */
  readonly requests: readonly string[];
  /** Most requests under way at once. */
  readonly peak: () => number;
  readonly close: () => Promise<void>;
}

interface Note {
  readonly id: string;
  readonly title: string;
  readonly version: number;
  readonly createdAt: string;
}

/**
 * A small stateful service: log in with a password, then create, read, update and delete notes with the token. Every
 * start issues other tokens and ids. `regressed` forgets to count versions, `extended` adds a field to every note,
 * `no-token` no longer answers a login with one.
 */
export async function startNotesApi(build: NotesBuild = 'first'): Promise<NotesApi> {
  const notes = new Map<string, Note>();
  const token = randomBytes(24).toString('base64url');
  const requests: string[] = [];
  let underWay = 0;
  let peak = 0;

  const shown = (note: Note): object =>
    build === 'extended' ? { ...note, links: { self: `/notes/${note.id}` } } : note;
  const answer = async (request: http.IncomingMessage): Promise<Answer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, string>);
    const { method = '', url = '' } = request;
    requests.push(`${method} ${url}`);
    if (method === 'POST' && url === '/login') {
      if (body['password'] !== 'correct horse') return [401, { error: 'wrong password' }];
      return [200, build === 'no-token' ? { user: body['user'] } : { user: body['user'], token, expiresIn: 3600 }];
    }
    if (request.headers.authorization !== `Bearer ${token}`) return [401, { error: 'log in first' }];
    if (url === '/notes' && method === 'POST') {
      const id = randomUUID();
      const note = { id, title: body['title'] ?? '', version: 1, createdAt: new Date().toISOString() };
      notes.set(id, note);
      return [201, shown(note), { Location: `/notes/${id}` }];
    }
    if (url === '/notes') return [200, { count: notes.size, items: [...notes.values()].map(shown) }];
    const id = url.split('/')[2] ?? '';
    const note = notes.get(id);
    if (!note) return [404, { error: 'no such note' }];
    if (method === 'DELETE') {
      notes.delete(id);
      return [204, undefined];
    }
    if (method === 'PUT') {
      const version = build === 'regressed' ? note.version : note.version + 1;
      notes.set(id, { ...note, title: body['title'] ?? '', version });
    }
    return [200, shown(notes.get(id)!)];
  };

  const server = http.createServer((request, response) => {
    underWay += 1;
    peak = Math.max(peak, underWay);
    response.on('close', () => (underWay -= 1));
    void answer(request).then(([status, value, headers = {}]) => {
      const text = value === undefined ? '' : JSON.stringify(value);
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
      response.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  onTestFinished(close);
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests, peak: () => peak, close };
}

type Answer = [status: number, value: object | undefined, headers?: Record<string, string>];

/** What a client of the service does: log in, create, list, read, update, read, delete, read again. */
export async function useNotesApi(url: string): Promise<void> {
  let token = '';
  const call = async (method: string, path: string, body?: object): Promise<Record<string, string>> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return text === '' ? {} : (JSON.parse(text) as Record<string, string>);
  };
  token = (await call('POST', '/login', { user: 'ada', password: 'correct horse' }))['token']!;
  const { id } = await call('POST', '/notes', { title: 'first' });
  await call('GET', '/notes');
  await call('GET', `/notes/${id}`);
  await call('PUT', `/notes/${id}`, { title: 'second' });
  await call('GET', `/notes/${id}`);
  await call('DELETE', `/notes/${id}`);
  await call('GET', `/notes/${id}`);
}
