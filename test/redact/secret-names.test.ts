import { describe, expect, test } from 'vitest';
import {
  environmentName,
  foldName,
  headerRule,
  isSecretName,
  isSecretNumber,
  isSecretValue,
} from '../../src/redact/secret-names.ts';

describe('names that say secret', () => {
  test.each([
    'password',
    'Password',
    'PASSWD',
    'pwd',
    'user[password]',
    'login.new_password',
    'current-password',
    'token',
    'access_token',
    'accessToken',
    'refresh-token',
    'idToken',
    'X-Auth-Token',
    'reset_token',
    'api_key',
    'apikey',
    'API-KEY',
    'stripeSecretKey',
    'client_secret',
    'private_key',
    'aws_secret_access_key',
    'session_id',
    'sessionid',
    'JSESSIONID',
    'otp',
    'pin',
    'cvv',
    'cvc',
    'ssn',
    'card_number',
    'jwt',
  ])('%s is one', (name) => {
    expect(isSecretName(name, 'json')).toBe(true);
    expect(isSecretName(name, 'form')).toBe(true);
  });

  test.each([
    'next_token',
    'nextPageToken',
    'page_token',
    'continuation_token',
    'sync_token',
    'startingToken',
    'cursor',
    'csrf_token',
    'csrfmiddlewaretoken',
    '_csrf',
    'authenticity_token',
    '__RequestVerificationToken',
    'xsrf-token',
    'token_count',
    'tokens',
    'max_tokens',
    'token_type',
    'tokenizer',
    'client_token',
    'idempotency_token',
    'user',
    'email',
    'key',
    'public_key',
    'password_hint',
    'passwordless',
    'passed',
    'secretary',
    'pinned',
    'opinion',
    'shipping',
    'session',
    'code',
    'compass',
    'bypass',
    'author',
    'authors',
  ])('%s is none', (name) => {
    expect(isSecretName(name, 'json')).toBe(false);
    expect(isSecretName(name, 'query')).toBe(false);
  });

  test('an id or a signature is one only where URLs and forms carry credentials', () => {
    for (const name of ['sid', 'sig', 'signature', 'X-Amz-Signature', 'auth']) {
      expect(isSecretName(name, 'query'), name).toBe(true);
      expect(isSecretName(name, 'json'), name).toBe(false);
    }
  });

  test('are folded to their last part', () => {
    expect(foldName('user[address][Zip_Code]')).toBe('zipcode');
    expect(foldName('a.b-c')).toBe('bc');
    expect(foldName('items[]')).toBe('items');
    expect(foldName('')).toBe('');
  });
});

describe('values under such names', () => {
  test('blank ones are no secret, and a pin is digits', () => {
    expect(isSecretValue('password', ' ')).toBe(false);
    expect(isSecretValue('pin', '1234')).toBe(true);
    expect(isSecretValue('pin', 'on the map')).toBe(false);
  });

  test('whole numbers are secrets unless they count or number tokens', () => {
    expect(isSecretNumber('otp', '123456')).toBe(true);
    expect(isSecretNumber('password', '0')).toBe(true);
    expect(isSecretNumber('token', '17')).toBe(false);
    expect(isSecretNumber('cvv', '-1')).toBe(false);
    expect(isSecretNumber('pin', '1.5')).toBe(false);
  });
});

describe('headers', () => {
  test.each([
    ['authorization', 'credentials'],
    ['proxy-authorization', 'credentials'],
    ['cookie', 'cookie'],
    ['set-cookie', 'set-cookie'],
    ['location', 'url'],
    ['x-api-key', 'secret'],
    ['api-key', 'secret'],
    ['apikey', 'secret'],
    ['x-auth-token', 'secret'],
    ['x-amz-security-token', 'secret'],
    ['private-token', 'secret'],
    ['x-client-secret', 'secret'],
    ...['ocp-apim-subscription-key', 'x-goog-api-key', 'x-session-id', 'x-access-token'].map((name) => [
      name,
      'secret',
    ]),
  ])('%s holds %s', (name, rule) => {
    expect(headerRule(name)).toBe(rule);
  });

  test.each([
    'x-token-count',
    'x-csrf-token',
    'x-next-page-token',
    'x-continuation-token',
    'idempotency-key',
    'surrogate-key',
    'sec-websocket-key',
    'x-cache-key',
    'host',
    'etag',
    'www-authenticate',
    'x-request-id',
    'accept',
  ])('%s holds nothing secret', (name) => {
    expect(headerRule(name)).toBeUndefined();
  });
});

test('names for the environment are upper-case words', () => {
  expect(environmentName('x-api-key')).toBe('X_API_KEY');
  expect(environmentName('accessToken')).toBe('ACCESS_TOKEN');
  expect(environmentName('user[password]')).toBe('USER_PASSWORD');
  expect(environmentName('')).toBe('VALUE');
});
