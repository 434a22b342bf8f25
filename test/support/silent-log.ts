import type { Log } from '../../src/base/log.ts';

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };
