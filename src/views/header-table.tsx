import { visible } from '../base/log.ts';
import type { RedactedSlot } from '../model/flow.ts';
import { type RawHeaders, toPairs } from '../model/headers.ts';
import { Icon } from './icon.tsx';

export interface HeaderTableProps {
  readonly label: string;
  readonly headers: RawHeaders;
  /** Slots of this message; those in other parts of it are passed over. */
  readonly redacted: readonly RedactedSlot[];
}

/** Headers exactly as they were on the wire: order, case and duplicates kept; replaced secrets are marked. */
export function HeaderTable({ label, headers, redacted }: HeaderTableProps) {
  const seen = new Map<string, number>();
  return (
    <table class="headers" aria-label={label}>
      <tbody>
        {toPairs(headers).map(([name, value]) => {
          const lower = name.toLowerCase();
          const index = seen.get(lower) ?? 0;
          seen.set(lower, index + 1);
          const slots = redacted.filter((slot) => isIn(slot, { name: lower, index, value }));
          return (
            <tr>
              <th scope="row">{visible(name)}</th>
              <td>
                <span class="value">{visible(value)}</span>
                {slots.map((slot) => (
                  <RedactedMark slot={slot} />
                ))}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Says that a secret stood here and was replaced before anything was stored. */
export function RedactedMark({ slot }: { readonly slot: RedactedSlot }) {
  return (
    <span class="redacted" title={`replaced before storing by rule ${slot.rule}; ${slot.place}`}>
      <Icon name="lock" />
      redacted {visible(slot.name.toLowerCase().replaceAll('_', ' '))}
    </span>
  );
}

function isIn(slot: RedactedSlot, header: { name: string; index: number; value: string }): boolean {
  if (slot.place === `header:${header.name}[${header.index}]`) return true;
  if (header.name === 'cookie' && slot.place.startsWith('cookie:')) return true;
  return header.name === 'set-cookie' && header.value.startsWith(`${slot.place.replace(/^set-cookie:/, '')}=`);
}
