import { startKeyboard } from './keyboard.ts';
import { startLive } from './live.ts';
import { startPageActions } from './page-actions.ts';
import { startRefresh } from './refresh.ts';
import { startReview } from './review.ts';
import { startRowList } from './row-list.ts';
import { startTraffic } from './traffic.ts';

// Each part looks for its own elements and does nothing on pages without them. One that fails leaves the others and the
// server's HTML, which works by itself.
const parts = [startKeyboard, startPageActions, startRowList, startTraffic, startReview, startRefresh];

const worker = (document.currentScript as HTMLScriptElement | null)?.dataset['worker'];

for (const start of parts) {
  try {
    start();
  } catch (thrown) {
    reportError(thrown);
  }
}
if (worker) startLive(worker);
