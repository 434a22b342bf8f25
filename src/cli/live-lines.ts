/** Lines that scroll by above one that is redrawn in place. Without a terminal there are only the lines. */
export interface LiveLines {
  readonly print: (lines: readonly string[]) => void;
  /** Shows the line at the bottom. */
  readonly status: (line: string) => void;
  /** Takes the line at the bottom away. */
  readonly end: () => void;
}

/** Redrawing more often than the eye follows only costs time. */
const redrawMs = 100;
/** Of one group of exchanges; more would scroll by unread, and cost the traffic its speed. */
const maxLinesAtOnce = 100;
const clearLine = '\r\u001b[K';

export function terminalLines(options: {
  readonly write: (text: string) => void;
  readonly now: () => number;
}): LiveLines {
  let bottom = '';
  let drawnAt = Number.NEGATIVE_INFINITY;
  return {
    print: (lines) => {
      const shown = lines.slice(-maxLinesAtOnce);
      const skipped = lines.length - shown.length;
      const text = [...(skipped > 0 ? [`       … ${skipped} more`] : []), ...shown].join('\n');
      options.write(`${clearLine}${text}\n${bottom}`);
    },
    status: (line) => {
      bottom = line;
      if (options.now() - drawnAt < redrawMs) return;
      drawnAt = options.now();
      options.write(`${clearLine}${bottom}`);
    },
    end: () => {
      bottom = '';
      options.write(clearLine);
    },
  };
}

export function plainLines(write: (text: string) => void): LiveLines {
  return {
    print: (lines) => {
      if (lines.length > 0) write(`${lines.join('\n')}\n`);
    },
    status: () => {},
    end: () => {},
  };
}
