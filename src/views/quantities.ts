/** Sizes, durations and times as people read them. Everything is plain ASCII but the no-break space before a unit. */

const space = '\u00a0';

/** `0 B`, `812 B`, `4.1 kB`, `38 MB`: decimal units, two significant digits below 10. */
export function formatSize(sizeBytes: number): string {
  if (sizeBytes < 1000) return `${sizeBytes}${space}B`;
  let value = sizeBytes;
  for (const unit of ['kB', 'MB', 'GB', 'TB']) {
    value /= 1000;
    // 999.5 would be shown as 1000 of the smaller unit.
    if (value < 999.5 || unit === 'TB') return `${value < 9.95 ? value.toFixed(1) : Math.round(value)}${space}${unit}`;
  }
  return '';
}

/** `0.4 ms`, `43 ms`, `1.2 s`, `3 min 5 s`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 0.95) return `${durationMs.toFixed(1)}${space}ms`;
  if (durationMs < 999.5) return `${Math.round(durationMs)}${space}ms`;
  if (durationMs < 59_950) return `${(durationMs / 1000).toFixed(durationMs < 9950 ? 1 : 0)}${space}s`;
  const seconds = Math.round(durationMs / 1000);
  return `${Math.floor(seconds / 60)}${space}min ${seconds % 60}${space}s`;
}

/** How long ago, coarsely: `just now`, `5 min ago`, `3 h ago`, `2 days ago`, then the date. */
export function formatAge(then: number, now: number): string {
  const seconds = Math.max(0, (now - then) / 1000);
  if (seconds < 45) return 'just now';
  if (seconds < 3570) return `${Math.max(1, Math.round(seconds / 60))}${space}min ago`;
  if (seconds < 86_000) return `${Math.round(seconds / 3600)}${space}h ago`;
  const days = Math.round(seconds / 86_400);
  if (days < 14) return `${days}${space}day${days === 1 ? '' : 's'} ago`;
  return formatDateTime(then).slice(0, 10);
}

/** `2026-01-31 14:03:07` in the zone of this machine. */
export function formatDateTime(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `14:03:07.120` in the zone of this machine. */
export function formatClock(at: number): string {
  return `${formatDateTime(at).slice(11)}.${String(new Date(at).getMilliseconds()).padStart(3, '0')}`;
}

/** `1 exchange`, `4,812 exchanges`. */
export function formatCount(count: number, noun: string): string {
  return `${groupDigits(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function groupDigits(count: number): string {
  return count.toLocaleString('en-US');
}
