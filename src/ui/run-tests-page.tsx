import type { AppError } from '../base/errors.ts';
import { visible } from '../base/log.ts';
import type { Session } from '../model/session.ts';
import { CopyCommand } from '../views/copy-command.tsx';
import { ErrorPanel } from '../views/error-panel.tsx';
import { Icon } from '../views/icon.tsx';
import { formatCount } from '../views/quantities.ts';
import { cassetteUrl, sessionRunUrl } from './links.ts';

export interface NeededValue {
  /** `RETAKE_SECRET_PASSWORD` */
  readonly variable: string;
  /** Where it goes, in words. */
  readonly place: string;
  readonly isSet: boolean;
}

export interface RunTestsPageProps {
  readonly cassette: string;
  /** As a person names it on the command line. */
  readonly cassettePath: string;
  readonly session: Session;
  readonly secrets: readonly NeededValue[];
  /** Address by recorded target name, where a person gave one. */
  readonly targets: ReadonlyMap<string, string>;
  readonly writes: 'allowed' | 'refused';
  /** Why the run asked for last could not begin. */
  readonly problem: AppError | undefined;
}

/** Asks for what a run needs: the server, the secrets the recording does not hold, and consent to change data elsewhere. */
export function RunTestsPage(props: RunTestsPageProps) {
  const { cassette, session, secrets, problem } = props;
  const url = sessionRunUrl(cassette, session.name);
  const isSingle = session.targets.length === 1;
  return (
    <>
      <nav class="crumbs" aria-label="Where this is">
        <a href="/">Cassettes</a>
        <a href={cassetteUrl(cassette)}>{cassette}</a>
        <span>{session.name}</span>
      </nav>
      <div class="narrow">
        <h1>Run the tests</h1>
        <p>
          Sends the {formatCount(session.exchangeCount, 'request')} of <strong>{session.name}</strong> to a server, in
          recorded order, and compares its responses with the recording.
        </p>
        {problem === undefined ? null : (
          <ErrorPanel message={problem.message} hint={problem.hint} code={problem.code} />
        )}
        <form method="post" action={url} class="stack">
          {session.targets.map(({ name, url: recorded }) => (
            <label class="field">
              <span>{isSingle ? 'Server to test' : `Server to test for ${name}`}</span>
              <input
                type="url"
                name={isSingle ? 'target' : `target:${name}`}
                value={props.targets.get(isSingle ? '' : name) ?? recorded}
                required
                spellcheck={false}
              />
            </label>
          ))}
          {secrets.length === 0 ? null : (
            <fieldset>
              <legend>Secrets the recording does not hold</legend>
              {secrets.map(({ variable, place, isSet }) => (
                <label class="field">
                  <span>
                    <code>{visible(variable)}</code> {visible(place)}
                  </span>
                  <input
                    type="password"
                    name={variable}
                    required={!isSet}
                    autocomplete="off"
                    placeholder={isSet ? 'taken from the environment' : 'used for this run, kept nowhere'}
                  />
                </label>
              ))}
            </fieldset>
          )}
          <label class="choice">
            <input type="checkbox" name="writes" value="allowed" checked={props.writes === 'allowed'} />
            <span>The server may be changed although it is not on this machine</span>
          </label>
          <div class="form-end">
            <button class="button primary">
              <Icon name="play" />
              <span>Run</span>
            </button>
          </div>
        </form>
        <h2 class="section-title">The same on the command line</h2>
        <CopyCommand
          command={`retake test ${props.cassettePath} --session ${session.name} ${targetOptions(session)}`}
        />
      </div>
    </>
  );
}

/** As the command line wants them: by name where there are several. */
function targetOptions({ targets }: Session): string {
  if (targets.length <= 1) return `--target ${targets[0]?.url ?? 'URL'}`;
  return targets.map(({ name, url }) => `--target ${name}=${url}`).join(' ');
}
