import type { Verdict } from '../model/verdict.ts';
import type { Context, Paint } from './context.ts';

/** A line on the terminal that is redrawn while a run goes on. */
export interface ProgressBar {
  readonly begin: (title: string, total: number) => void;
  readonly advance: (verdict: Verdict) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

const barWidth = 24;
/** Redrawing more often than the eye follows only costs time. */
const redrawMs = 80;

export interface ProgressBarOptions {
  readonly write: (text: string) => void;
  readonly columns: () => number;
  readonly now: () => number;
  readonly paint: Paint;
}

export function terminalProgressBar(options: ProgressBarOptions): ProgressBar {
  let title = '';
  let total = 0;
  let done = 0;
  let failing = 0;
  let drawnAt = 0;
  let isDrawn = false;
  const draw = (): void => {
    drawnAt = options.now();
    isDrawn = true;
    const filled = total === 0 ? barWidth : Math.round((done / total) * barWidth);
    const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
    const plain = `${bar} ${done}/${total}  ${title}`.slice(0, Math.max(0, options.columns() - 20));
    const failures = failing === 0 ? '' : `  ${options.paint('red', `${failing} not as before`)}`;
    options.write(`\r\u001b[K${plain}${failures}`);
  };
  return {
    begin: (newTitle, newTotal) => {
      [title, total, done, failing] = [newTitle, newTotal, 0, 0];
      draw();
    },
    advance: (verdict) => {
      done += 1;
      if (verdict !== 'same' && verdict !== 'equivalent' && verdict !== 'added') failing += 1;
      if (done === total || options.now() - drawnAt >= redrawMs) draw();
    },
    end: () => {
      if (isDrawn) options.write('\r\u001b[K');
      isDrawn = false;
    },
  };
}

/** For pipes and CI: nothing is animated. */
export const noProgressBar: ProgressBar = { begin: () => {}, advance: () => {}, end: () => {} };

/** On terminals a line that is redrawn, elsewhere nothing. */
export function progressBarOf({ stderrIsTerminal, color, quiet, paint }: Context): ProgressBar {
  if (!stderrIsTerminal || !color || quiet) return noProgressBar;
  return terminalProgressBar({
    write: (text) => void process.stderr.write(text),
    // Some terminals say 0.
    columns: () => process.stderr.columns || 80,
    now: () => performance.now(),
    paint,
  });
}
