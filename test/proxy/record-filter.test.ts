import { describe, expect, test } from 'vitest';
import { parseRecordFilter } from '../../src/proxy/record-filter.ts';
import { appErrorOf } from '../support/app-error.ts';

const admits = (include: string[], exclude: string[], target: string, method = 'GET', host = 'api.test:80'): boolean =>
  parseRecordFilter(include, exclude).admitsRequest({ host, method, target });

describe('which exchanges are stored', () => {
  test('all without patterns', () => {
    expect(admits([], [], '/anything?x')).toBe(true);
  });

  test('a bare pattern is a path; the query counts only when the pattern has one', () => {
    expect(admits(['/api/*'], [], '/api/users?page=2')).toBe(true);
    expect(admits(['/api/*'], [], '/api/users/7')).toBe(false);
    expect(admits(['/api/**'], [], '/api/users/7')).toBe(true);
    expect(admits(['path:/api/*?page=*'], [], '/api/users?page=2')).toBe(true);
    expect(admits(['path:/api/*?page=*'], [], '/api/users')).toBe(false);
  });

  test('within a kind one pattern is enough, and every kind must fit', () => {
    const include = ['/a', '/b', 'method:get', 'host:*.test:80'];
    expect(admits(include, [], '/b')).toBe(true);
    expect(admits(include, [], '/b', 'POST')).toBe(false);
    expect(admits(include, [], '/b', 'GET', 'other')).toBe(false);
  });

  test('one that excludes wins', () => {
    expect(admits(['/a/**'], ['/a/private'], '/a/private')).toBe(false);
    expect(admits([], ['method:OPTIONS'], '/', 'OPTIONS')).toBe(false);
  });

  test('the type of the response counts without parameters and case', () => {
    const { admitsResponse } = parseRecordFilter([], ['type:image/*']);
    expect(admitsResponse!(['Content-Type', 'IMAGE/png; x=1'])).toBe(false);
    expect(admitsResponse!(['Content-Type', 'text/html'])).toBe(true);
    expect(parseRecordFilter(['/a'], []).admitsResponse).toBeUndefined();
  });

  test('a kind that does not exist is refused by name', () => {
    const { code, message } = appErrorOf(() => parseRecordFilter(['status:200'], []));
    expect(code).toBe('USAGE');
    expect(message).toBe('pattern status:200 begins with status:, which is not one of host:, path:, method:, type:');
  });
});
