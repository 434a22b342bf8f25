import type { Context } from 'hono';
import type { ServerResponse } from 'node:http';
import type { OnMiss, ProxyControl, RecordingMode, ReplayControl } from '../model/proxy-control.ts';
import type { OperationId } from './api-operations.ts';
import { apiProblem } from './api-problem.ts';
import { readSessions } from './newest-session.ts';
import { openApiDocument } from './openapi.ts';
import { wholeNumber } from './request-values.ts';
import type { UiContext } from './ui-context.ts';

type Answer = Response | Promise<Response>;
export type ApiHandler = (c: Context, ui: UiContext) => Answer;

const defaultServed = 200;
const maxServed = 1000;

/** What each operation does. */
export const apiHandlers: Readonly<Record<OperationId, ApiHandler>> = {
  getOpenApi: (c, { options }) => c.json(openApiDocument(options.toolVersion)),
  getStatus: (c, { options }) =>
    c.json({
      schema: 'retake.status/1',
      version: options.toolVersion,
      live: options.feed?.status() ?? null,
      mode: options.control?.mode() ?? null,
      counts: options.control?.replay?.counts() ?? null,
    }),
  getSessions: (c, ui) => c.json(sessionsDocument(ui)),
  getEvents: (c, ui) => ui.hub.stream(c),
  getLanes: withReplay((c, replay) => c.json({ schema: 'retake.lanes/1', lanes: replay.lanes() })),
  resetLane: withReplay((c, replay) => {
    const name = c.req.param('name')!;
    if (replay.resetLane(name)) return c.json({ schema: 'retake.reset/1', lanes: [name] });
    return apiProblem(c, {
      status: 404,
      code: 'LANE_UNKNOWN',
      message: `there is no lane ${name}`,
      hint: `lanes so far: ${known(replay)}`,
    });
  }),
  resetLanes: withReplay((c, replay) => {
    const lanes = replay.lanes().map(({ name }) => name);
    replay.resetLanes();
    return c.json({ schema: 'retake.reset/1', lanes });
  }),
  getLedger: withReplay((c, replay) => {
    const lane = c.req.query('lane');
    const ledger = replay.ledger(lane);
    if (ledger) return c.json(ledger);
    return apiProblem(c, {
      status: 404,
      code: 'LANE_UNKNOWN',
      message: `nothing came into lane ${lane}`,
      hint: `lanes so far: ${known(replay)}`,
    });
  }),
  getServed: withReplay((c, replay) => {
    const from = wholeNumber(c.req.query('from')) ?? 0;
    const limit = Math.min(wholeNumber(c.req.query('limit')) ?? defaultServed, maxServed);
    return c.json({ schema: 'retake.served/1', ...replay.served(from, limit) });
  }),
  getMisses: withReplay((c, replay) => {
    const { misses, forwarded } = replay.counts();
    const { missList } = replay.misses();
    return c.json({ schema: 'retake.misses/1', misses, forwarded, missList });
  }),
  getMode: withProxy((c, control) => c.json({ schema: 'retake.mode/1', mode: control.mode() })),
  putMode: withProxy(async (c, control) => {
    const read = await readJson(c);
    if ('problem' in read) return read.problem;
    const { onMiss, mode } = read.value;
    if (isOnMiss(onMiss) && mode === undefined) control.setOnMiss(onMiss);
    else if (isRecordingMode(mode) && onMiss === undefined) control.setRecording(mode);
    else {
      return apiProblem(c, {
        status: 400,
        code: 'MODE_INVALID',
        message: 'this is no mode',
        hint: 'send {"onMiss": "error" | "forward" | "record"} to a replay, {"mode": "record" | "passthrough"} to a recording',
      });
    }
    return c.json({ schema: 'retake.mode/1', mode: control.mode() });
  }),
  getFaults: withReplay((c, { faults }) =>
    c.json({ schema: 'retake.faults/1', seed: faults.seed, faults: faults.list(), recent: faults.recent() }),
  ),
  addFault: withReplay(async (c, { faults }) => {
    const read = await readJson(c);
    if ('problem' in read) return read.problem;
    return c.json({ schema: 'retake.fault/1', fault: faults.add(read.value['fault']) }, 201);
  }),
  removeFault: withReplay((c, { faults }) => {
    const id = wholeNumber(c.req.param('id'));
    if (id !== undefined && faults.remove(id)) return c.body(null, 204);
    const ids = faults.list().map((fault) => fault.id);
    return apiProblem(c, {
      status: 404,
      code: 'FAULT_UNKNOWN',
      message: `there is no fault ${c.req.param('id')}`,
      hint: ids.length === 0 ? 'there are no faults' : `faults by id: ${ids.join(', ')}`,
    });
  }),
  stop: withProxy((c, { stop }) => {
    const { outgoing } = (c.env ?? {}) as { readonly outgoing?: ServerResponse };
    // The end closes this listener too: the answer goes first.
    if (outgoing) outgoing.once('close', stop);
    else stop();
    return c.json({ schema: 'retake.stop/1', stopping: true }, 202);
  }),
};

function withProxy(work: (c: Context, control: ProxyControl) => Answer): ApiHandler {
  return (c, { options }) => {
    if (options.control) return work(c, options.control);
    return apiProblem(c, {
      status: 409,
      code: 'NO_PROXY',
      message: 'no proxy runs beside this UI',
      hint: 'ask the control listener of retake record, replay or exec: its URL and token are in the ready file',
    });
  };
}

function withReplay(work: (c: Context, replay: ReplayControl) => Answer): ApiHandler {
  return withProxy((c, { replay }) => {
    if (replay) return work(c, replay);
    return apiProblem(c, {
      status: 409,
      code: 'NO_REPLAY',
      message: 'the proxy beside this UI records',
      hint: 'lanes, ledger and faults belong to retake replay, and to retake exec when it replays',
    });
  });
}

function known(replay: ReplayControl): string {
  const names = replay.lanes().map(({ name }) => name);
  return names.length === 0 ? 'none' : names.slice(0, 20).join(', ');
}

type ReadJson = { readonly value: Readonly<Record<string, unknown>> } | { readonly problem: Response };

/** The object that a program sends. A form cannot be one, so that no page can make a browser send it. */
async function readJson(c: Context): Promise<ReadJson> {
  if (!/^application\/json\s*(?:;|$)/i.test(c.req.header('content-type') ?? '')) {
    const problem = { status: 415, code: 'NOT_JSON', message: 'this takes JSON' } as const;
    return { problem: apiProblem(c, { ...problem, hint: 'send Content-Type: application/json' }) };
  }
  const value: unknown = await c.req.json().catch(() => undefined);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { value: value as Readonly<Record<string, unknown>> };
  }
  const problem = { status: 400, code: 'JSON_INVALID', message: 'the body is no JSON object' } as const;
  return { problem: apiProblem(c, { ...problem, hint: 'what it may hold is in /api/v1/openapi.json' }) };
}

function isOnMiss(value: unknown): value is OnMiss {
  return value === 'error' || value === 'forward' || value === 'record';
}

function isRecordingMode(value: unknown): value is RecordingMode {
  return value === 'record' || value === 'passthrough';
}

function sessionsDocument(ui: UiContext): object {
  return {
    schema: 'retake.sessions/1',
    cassettes: readSessions(ui.library).map((facts) => ({
      name: facts.cassette.name,
      path: facts.cassette.path,
      ...('problem' in facts
        ? { error: { code: facts.problem.code, message: facts.problem.message, hint: facts.problem.hint } }
        : {
            sessions: facts.sessions.map((session) => ({
              name: session.name,
              startedAt: new Date(session.startedAt).toISOString(),
              endedAt: session.endedAt === undefined ? null : new Date(session.endedAt).toISOString(),
              targets: session.targets,
              exchanges: session.exchangeCount,
              incomplete: session.incomplete ?? null,
            })),
          }),
    })),
  };
}
