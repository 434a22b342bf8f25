import { expect, test } from 'vitest';
import { statusMutations } from '../../../src/suite/strength/status-mutations.ts';
import { answer, told } from '../../support/answers.ts';

test.each([
  [200, ['status 200 → 204: ', 'status 200 → 404: {}', 'status 200 → 500: {}']],
  [201, ['status 201 → 200: {}', 'status 201 → 204: ', 'status 201 → 404: {}', 'status 201 → 500: {}']],
  [404, ['status 404 → 200: {}', 'status 404 → 400: {}', 'status 404 → 500: {}']],
])('%i is answered otherwise, 204 without a body', (status, expected) => {
  expect(told(statusMutations(answer({ status, body: '{}' })), ({ body }) => body.toString())).toEqual(expected);
});
