import type { ValueFlow } from '../../src/model/flow.ts';

/** A value of the first response used in the path of the next request, unless told otherwise. */
export function valueFlow(parts: Partial<ValueFlow> = {}): ValueFlow {
  return {
    from: 0,
    fromPlace: 'json:/id',
    to: 1,
    toPlace: 'path:1',
    prefix: '',
    suffix: '',
    value: '17',
    evidence: 'test',
    ...parts,
  };
}
