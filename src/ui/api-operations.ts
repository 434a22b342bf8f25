/** Where the API stands on the control listener. */
export const apiRoot = '/api/v1';

export interface ApiParameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly type: 'string' | 'integer';
  readonly description: string;
}

/** One operation of the API: the routes and the document are both made from this. */
export interface ApiOperation {
  readonly id: string;
  readonly method: 'get' | 'put' | 'post' | 'delete';
  /** Below the root; `{name}` for a parameter. */
  readonly path: string;
  readonly summary: string;
  readonly parameters?: readonly ApiParameter[];
  /** Name of the schema of the JSON it takes. */
  readonly takes?: string;
  /** Status and name of the schema of a good answer; without a schema it has no JSON. */
  readonly gives: { readonly status: number; readonly schema?: string; readonly type?: string };
  /** Statuses of problems, beside those that any operation may have. */
  readonly problems?: Readonly<Record<number, string>>;
}

const noReplay = { 409: 'no replay runs beside this UI' } as const;
const badJson = { 400: 'the JSON cannot be meant', 415: 'the body is no JSON' } as const;
const lane: ApiParameter = { name: 'name', in: 'path', type: 'string', description: 'name of the lane' };

export const apiOperations = [
  {
    id: 'getOpenApi',
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    gives: { status: 200, schema: 'OpenApi' },
  },
  {
    id: 'getStatus',
    method: 'get',
    path: '/status',
    summary: 'What runs beside this UI, in which mode, and its counts',
    gives: { status: 200, schema: 'Status' },
  },
  {
    id: 'getSessions',
    method: 'get',
    path: '/sessions',
    summary: 'The cassettes of the folder and their sessions',
    gives: { status: 200, schema: 'Sessions' },
  },
  {
    id: 'getEvents',
    method: 'get',
    path: '/events',
    summary: 'That something changed, as server-sent events',
    gives: { status: 200, type: 'text/event-stream' },
  },
  {
    id: 'getLanes',
    method: 'get',
    path: '/lanes',
    summary: 'The lanes of a replay, in order of appearance',
    gives: { status: 200, schema: 'Lanes' },
    problems: noReplay,
  },
  {
    id: 'resetLane',
    method: 'post',
    path: '/lanes/{name}/reset',
    summary: 'Puts a lane back to the beginning of the recording; the ledger keeps what happened',
    parameters: [lane],
    gives: { status: 200, schema: 'Reset' },
    problems: { ...noReplay, 404: 'there is no such lane' },
  },
  {
    id: 'resetLanes',
    method: 'post',
    path: '/reset',
    summary: 'The same for all lanes',
    gives: { status: 200, schema: 'Reset' },
    problems: noReplay,
  },
  {
    id: 'getLedger',
    method: 'get',
    path: '/ledger',
    summary: 'The ledger and its verdict, as if the replay ended now; of one lane with ?lane=',
    parameters: [{ name: 'lane', in: 'query', type: 'string', description: 'name of a lane' }],
    gives: { status: 200, schema: 'Ledger' },
    problems: { ...noReplay, 404: 'nothing came into this lane' },
  },
  {
    id: 'getServed',
    method: 'get',
    path: '/served',
    summary: 'The last answers: what was asked, what was served, and why',
    parameters: [
      { name: 'from', in: 'query', type: 'integer', description: 'number of the first one wanted; 0 by default' },
      { name: 'limit', in: 'query', type: 'integer', description: 'at most so many; 200 by default, up to 1000' },
    ],
    gives: { status: 200, schema: 'Served' },
    problems: noReplay,
  },
  {
    id: 'getMisses',
    method: 'get',
    path: '/misses',
    summary: 'The misses with their explanations',
    gives: { status: 200, schema: 'Misses' },
    problems: noReplay,
  },
  {
    id: 'getMode',
    method: 'get',
    path: '/mode',
    summary: 'What the proxy does with requests',
    gives: { status: 200, schema: 'ModeDocument' },
    problems: { 409: 'no proxy runs beside this UI' },
  },
  {
    id: 'putMode',
    method: 'put',
    path: '/mode',
    summary: 'Switches a replay between what misses get, pauses a recording or goes on with it',
    takes: 'ModeChange',
    gives: { status: 200, schema: 'ModeDocument' },
    problems: { ...badJson, 403: 'never in CI', 409: 'the way it was started does not allow it' },
  },
  {
    id: 'getFaults',
    method: 'get',
    path: '/faults',
    summary: 'What goes wrong on purpose, and the last times it did',
    gives: { status: 200, schema: 'Faults' },
    problems: noReplay,
  },
  {
    id: 'addFault',
    method: 'post',
    path: '/faults',
    summary: 'Lets something go wrong from now on',
    takes: 'FaultChange',
    gives: { status: 201, schema: 'FaultDocument' },
    problems: { ...noReplay, ...badJson },
  },
  {
    id: 'removeFault',
    method: 'delete',
    path: '/faults/{id}',
    summary: 'Ends a fault',
    parameters: [{ name: 'id', in: 'path', type: 'integer', description: 'of the fault' }],
    gives: { status: 204 },
    problems: { ...noReplay, 404: 'there is no fault of this id' },
  },
  {
    id: 'stop',
    method: 'post',
    path: '/stop',
    summary: 'Asks for the orderly end that Ctrl+C asks for; the exit code is the verdict',
    gives: { status: 202, schema: 'Stopping' },
    problems: { 409: 'no proxy runs beside this UI' },
  },
] as const satisfies readonly ApiOperation[];

export type OperationId = (typeof apiOperations)[number]['id'];
