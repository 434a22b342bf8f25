import type { ExchangeSummary } from '../model/exchange.ts';
import { failureWords, statusTone } from './outcome-words.ts';

/** Status code, failure word, or "running": the state of an exchange in one cell. */
export function OutcomeStatus(props: Pick<ExchangeSummary, 'status' | 'failure'>) {
  if (props.failure !== undefined) {
    return (
      <span class="status tone-bad">
        <span aria-hidden="true">⚠ </span>
        {failureWords(props.failure).short}
      </span>
    );
  }
  if (props.status === undefined) {
    return (
      <span class="status tone-info">
        <span class="pulse" aria-hidden="true"></span>
        running
      </span>
    );
  }
  return <span class={`status tone-${statusTone(props.status)}`}>{props.status}</span>;
}
