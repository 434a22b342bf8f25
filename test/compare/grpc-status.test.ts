import { expect, test } from 'vitest';
import { grpcStatusSeverity, withStatusAtEnd } from '../../src/compare/grpc-status.ts';

test('only between success and failure a status is broken', () => {
  expect(grpcStatusSeverity('0', '14')).toBe('broken');
  expect(grpcStatusSeverity('14', '0')).toBe('broken');
  expect(grpcStatusSeverity('14', '4')).toBe('changed');
  expect(grpcStatusSeverity('0', undefined)).toBe('broken');
  expect(grpcStatusSeverity(undefined, '0')).toBe('added');
  expect(grpcStatusSeverity(undefined, '2')).toBe('broken');
});

test('the status is moved only where the two answers have it at different places', () => {
  const type = ['content-type', 'application/grpc'];
  const inHead = { headers: [...type, 'Grpc-Status', '5'], trailers: [] };
  const atEnd = { headers: type, trailers: ['grpc-status', '0'] };
  expect(withStatusAtEnd(inHead, inHead)).toEqual([inHead, inHead]);
  expect(withStatusAtEnd(inHead, atEnd)).toEqual([{ headers: type, trailers: ['Grpc-Status', '5'] }, atEnd]);
});
