import { visible } from '../base/log.ts';
import type { Check } from '../model/run.ts';
import { reviewPictureUrl } from './links.ts';
import type { CheckPictures } from './review-view.ts';

export interface BothPicturesProps {
  readonly check: Check;
  readonly pictures: CheckPictures;
}

/** The pictures of both sides next to each other, and, of two of the same size, what differs between them. */
export function BothPictures({ check, pictures: { baseline, fresh, drawn } }: BothPicturesProps) {
  const url = (shows: 'baseline' | 'fresh' | 'difference'): string => reviewPictureUrl(check.runId, check.id, shows);
  return (
    <section class="both-pictures" aria-label="Pictures">
      {baseline === undefined ? null : (
        <figure>
          <figcaption>
            Baseline <span class="chip">{baseline}</span>
          </figcaption>
          <a class="picture" href={url('baseline')}>
            <img src={url('baseline')} alt="Picture of the baseline" />
          </a>
        </figure>
      )}
      {fresh === undefined ? null : (
        <figure>
          <figcaption>
            Fresh <span class="chip">{fresh}</span>
          </figcaption>
          <a class="picture" href={url('fresh')}>
            <img src={url('fresh')} alt="Fresh picture" />
          </a>
        </figure>
      )}
      {drawn === undefined ? null : (
        <figure>
          <figcaption>
            Difference <span class="quiet">{visible(drawn)}, here in red</span>
          </figcaption>
          <a class="picture" href={url('difference')}>
            <img src={url('difference')} alt={`What differs: ${visible(drawn)}`} />
          </a>
        </figure>
      )}
    </section>
  );
}
