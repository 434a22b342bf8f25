import { visibleLine } from '../base/log.ts';
import type { WhyServed } from '../model/why-served.ts';
import { Fact } from './fact.tsx';

const matchWords: Readonly<Record<WhyServed['match'], string>> = {
  exact: 'The requests are equal.',
  rules: 'The requests are equal under match rules.',
  volatile: 'The requests differ only in values that are made anew in each run.',
  cut: 'The requests are equal as far as the recorded body is known.',
};

/** Why a replay gave this response. */
export function WhyPanel({ why, sinceUrl }: { readonly why: WhyServed; readonly sinceUrl: string | undefined }) {
  return (
    <section class="why" id="why" aria-labelledby="why-title">
      <h2 id="why-title">Why this response</h2>
      <dl class="fact-list">
        <Fact name="Match">{matchWords[why.match]}</Fact>
        <List name="Rules" texts={why.rules} look="code" />
        <List name="Values" texts={why.renamed.map(({ words }) => words)} look="text" />
        <Fact name="Recording">
          {visibleLine(why.sequence.words)}
          {sinceUrl === undefined ? null : (
            <>
              {' '}
              <a href={sinceUrl}>Open that write</a>
            </>
          )}
        </Fact>
        {why.state === undefined ? null : <Fact name="State">{visibleLine(why.state)}</Fact>}
        {why.effect === undefined ? null : <Fact name="Effect">{visibleLine(why.effect)}</Fact>}
        <Fact name="Lane">
          {visibleLine(why.lane.name)} <span class="quiet">({why.lane.words})</span>
        </Fact>
        <List name="Relaxed" texts={why.relaxations} look="text" />
        <List name="Changed" texts={why.changes} look="text" />
      </dl>
    </section>
  );
}

function List(props: { readonly name: string; readonly texts: readonly string[]; readonly look: 'code' | 'text' }) {
  const { name, texts, look } = props;
  if (texts.length === 0) return null;
  return (
    <Fact name={name}>
      {texts.map((text) => (
        <span class="why-line">{look === 'code' ? <code>{visibleLine(text)}</code> : visibleLine(text)}</span>
      ))}
    </Fact>
  );
}
