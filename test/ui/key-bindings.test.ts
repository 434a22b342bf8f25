import { expect, test } from 'vitest';
import { keyGroups } from '../../src/ui/key-bindings.ts';
import { addNoisyRun } from '../support/noisy-run.ts';
import { testUi, testUiOver } from '../support/ui-app.ts';

const ui = testUi();
/** Beside a replay that had a miss. */
const replaying = testUiOver(ui.folder, {
  feed: {
    status: () => ({
      mode: 'replay',
      cassettePath: ui.cassettePath,
      session: 'checkout',
      targets: [],
      exchanges: 0,
      misses: 1,
    }),
    subscribe: () => () => {},
  },
});

/** Keys that move, or that browsers act on themselves; no button stands for them. */
const movements = new Set(['j', 'k', '↓', '↑', 'Shift+J', 'Shift+K', 'n', 'p', 'o', 'Enter', 'Esc']);

test('every key the help names stands on a visible button, link or field', async () => {
  const pages = ['/traffic?at=1', '/x/shop:checkout/1', '/runs/1', '/runs/1/review?difference=body:/items/2/price'];
  const noisy = addNoisyRun(ui.folder);
  pages.push(`/runs/${noisy.runId}/review?check=${noisy.checks[0]}&difference=body:/items/0/updatedAt`);
  const texts = await Promise.all([...pages.map((page) => ui.html(page)), replaying.html('/misses')]);
  const shortcuts = new Set(
    texts.flatMap((text) => [...text.matchAll(/aria-keyshortcuts="([^"]+)"/g)].map(([, keys]) => keys!)),
  );
  const named = keyGroups.flatMap(({ bindings }) =>
    bindings.flatMap(({ keys }) => (keys[0] === 'g' ? [keys.join(' ')] : keys)),
  );
  expect(named.filter((keys) => !movements.has(keys) && !shortcuts.has(keys))).toEqual([]);
  expect([...shortcuts].filter((keys) => !named.includes(keys))).toEqual([]);
});
