import { expect, test } from 'vitest';
import * as retake from 'retake';

test('the package gives programs its entry and its error type, and nothing by accident', () => {
  expect(Object.keys(retake).toSorted()).toEqual(['AppError', 'defineConfig', 'openReplay', 'openSuite', 'withReplay']);
});
