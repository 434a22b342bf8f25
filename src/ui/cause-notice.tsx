import { visible } from '../base/log.ts';
import type { Check } from '../model/run.ts';
import { formatCount } from '../views/quantities.ts';
import { VerdictBadge } from '../views/verdict-badge.tsx';
import { reviewUrl } from './links.ts';

export interface CauseNoticeProps {
  /** What the check in view follows from. */
  readonly cause: Check | undefined;
  /** What follows from it. */
  readonly followers: readonly Check[];
}

/** Followers listed in a check; the list of checks has them all. */
const maxListed = 50;

/** What this check follows from, or what follows from it. */
export function CauseNotice({ cause, followers }: CauseNoticeProps) {
  const shown = followers.slice(0, maxListed);
  return (
    <>
      {cause === undefined ? null : (
        <p class="cause-notice">
          Follows from <CheckLink check={cause} />
        </p>
      )}
      {shown.length === 0 ? null : (
        <details id="followers" class="cause-notice" open={shown.length <= 5}>
          <summary>
            {formatCount(followers.length, 'check')} {followers.length === 1 ? 'follows' : 'follow'} from this one
          </summary>
          <ul>
            {shown.map((check) => (
              <li>
                <VerdictBadge verdict={check.verdict} /> <CheckLink check={check} />
              </li>
            ))}
          </ul>
          {followers.length > shown.length ? (
            <p class="quiet">{`… and ${formatCount(followers.length - shown.length, 'more check')}`}</p>
          ) : null}
        </details>
      )}
    </>
  );
}

function CheckLink({ check }: { readonly check: Check }) {
  return (
    <a class="check-link" href={reviewUrl(check.runId, { check: check.id })} data-swap>
      {visible(check.method)} {visible(check.target)}
    </a>
  );
}
