import type { BodyFormat } from './body-format.ts';
import { compareByteOrderMarks } from './byte-order-mark.ts';
import { compareJson } from './compare-json.ts';

/** JSON by structure. */
export const jsonFormat: BodyFormat = {
  name: 'JSON',
  read: (baseline, fresh) => {
    if (baseline.kind !== 'json' || fresh.kind !== 'json') return undefined;
    return {
      values: { baseline: baseline.value, fresh: fresh.value },
      compare: (comparison) => [
        ...compareByteOrderMarks(baseline.text, fresh.text, comparison.rulings),
        ...compareJson(baseline, fresh, comparison),
      ],
    };
  },
};
