import { formatDuration } from './quantities.ts';

/** Waiting for the first byte and receiving the rest, as one bar with its table for those who cannot see it. */
export function TimingBar(props: { readonly firstByteMs: number | undefined; readonly durationMs: number }) {
  const { firstByteMs, durationMs } = props;
  const waited = firstByteMs ?? durationMs;
  const share = durationMs > 0 ? Math.min(1, waited / durationMs) : 1;
  const words =
    firstByteMs === undefined
      ? `${formatDuration(durationMs)} until it ended without a response`
      : `${formatDuration(waited)} until the first byte, ${formatDuration(Math.max(0, durationMs - waited))} receiving`;
  return (
    <span class="timing" title={words}>
      <svg viewBox="0 0 100 6" width="100" height="6" preserveAspectRatio="none" role="img" aria-label={words}>
        <rect class="timing-wait" x="0" y="0" width={String(share * 100)} height="6" />
        <rect class="timing-receive" x={String(share * 100)} y="0" width={String((1 - share) * 100)} height="6" />
      </svg>
      <span>{formatDuration(durationMs)}</span>
    </span>
  );
}
