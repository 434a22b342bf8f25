import { describe, expect, test } from 'vitest';
import { RecordedActors } from '../../src/proxy/lane-actors.ts';
import { credentialsOf } from '../../src/proxy/lane-credentials.ts';
import { type FoundLane, LaneFinder } from '../../src/proxy/lane-finder.ts';
import { openReader } from '../support/cassette.ts';
import { type Recorded, replayable } from '../support/replayable.ts';

/** `user`, `admin`: a bearer token; `a+b`: an API key and a bearer token. */
const headersOf = (who: string): string[] => {
  const [token = '', apiKey] = who.split('+').toReversed();
  const of = token === '' ? [] : ['Authorization', `Bearer ${token}`];
  return apiKey === undefined ? of : ['X-Api-Key', apiKey, ...of];
};

/** A session in which these asked, in this order. */
function finderOf(...recorded: readonly string[]) {
  const exchanges: Recorded[] = recorded.map((who, i) => ({ target: `/${i}`, headers: headersOf(who) }));
  const reader = openReader(replayable({ exchanges, redacted: false }));
  const actors = new RecordedActors([{ index: 0, reader, session: reader.session() }]);
  const finder = new LaneFinder(actors);
  /** `who` asks for something recorded for each of `roles`. */
  const ask = (who: string, roles: readonly string[], connection?: object): FoundLane =>
    finder.laneOf(
      { credentials: credentialsOf(headersOf(who)), connection },
      actors.among(
        roles.map((role) => ({ position: recorded.indexOf(role) })),
        0,
      ),
    );
  return { finder, ask, names: (...asked: readonly Parameters<typeof ask>[]) => asked.map((one) => ask(...one).name) };
}

const shop = () => finderOf('user', 'admin', 'user', 'admin', 'user');

describe('a world', () => {
  test('is shared by those that together play the recording', () => {
    const { names } = shop();
    expect(names(['u1', ['user']], ['a1', ['admin']], ['u1', ['user']])).toEqual(['default', 'default', 'default']);
  });

  test('begins where a part is played already, and goes on with its own', () => {
    const { names } = shop();
    expect(names(['u1', ['user']], ['u2', ['user']], ['u3', ['user']], ['u1', ['user']], ['u2', ['admin']])).toEqual([
      'default',
      'actor-2',
      'actor-3',
      'default',
      'actor-2',
    ]);
  });

  test('of a second client takes its other credential by their connection', () => {
    const { ask } = shop();
    const [one, two] = [{}, {}];
    ask('u1', ['user'], one);
    ask('u2', ['user'], two);
    expect(ask('a2', ['admin'], two)).toMatchObject({ name: 'actor-2', isGuess: false });
    expect(ask('a1', ['admin'], one)).toMatchObject({ name: 'default', isGuess: false });
    expect(ask('a2', ['admin'])).toMatchObject({ name: 'actor-2', isGuess: false });
  });

  test('is guessed, and that told, where nothing says which one', () => {
    const { ask } = shop();
    ask('u1', ['user']);
    ask('u2', ['user']);
    expect(ask('a2', ['admin'])).toMatchObject({ name: 'default', isGuess: true });
    expect(ask('', ['user'])).toMatchObject({ name: 'default', isGuess: true });
  });

  test('stays open as long as a part is not known, and no longer', () => {
    const { names } = shop();
    expect(names(['x', ['user', 'admin']], ['y', ['user', 'admin']], ['z', ['user', 'admin']])).toEqual([
      'default',
      'default',
      'actor-2',
    ]);
    expect(names(['x', ['user']], ['y', ['user']])).toEqual(['default', 'actor-3']);
  });
});

test('the recording’s own credentials are the first world, in which their parts are taken', () => {
  const { names, ask } = shop();
  expect(names(['user', ['user']], ['u1', ['user']], ['user', ['user']])).toEqual(['default', 'actor-2', 'default']);
  expect(Array.from(ask('user', ['user']).parts.keys())).toEqual(['authorization']);
});

test('a credential that all clients have says nothing beside one of their own', () => {
  const { names } = finderOf('app+user', 'app+admin', 'app+user', 'app+admin');
  expect(
    names(['key+u1', ['app+user']], ['key+u2', ['app+user']], ['key+u1', ['app+user']], ['key+u2', ['app+user']]),
  ).toEqual(['default', 'actor-2', 'default', 'actor-2']);
});

test('a connection that several clients use says nothing', () => {
  const { ask } = shop();
  const pool = {};
  ask('u1', ['user'], pool);
  expect(ask('', ['user'], pool)).toMatchObject({ name: 'default', isGuess: false });
  ask('u2', ['user'], pool);
  expect(ask('', ['user'], pool)).toMatchObject({ name: 'default', isGuess: true });
});

test('nobody is told apart by what was recorded without a credential, or with one for each request', () => {
  expect(finderOf('').names(['u1', ['']], ['u2', ['']])).toEqual(['default', 'default']);
  const changing = finderOf('t1', 't2', 't3', 't4');
  expect(changing.names(['u1', ['t1']], ['u2', ['t1']], ['u3', ['t2']])).toEqual(['default', 'default', 'default']);
});

test('a reset begins anew', () => {
  const { finder, names } = shop();
  names(['u1', ['user']], ['u2', ['user']]);
  finder.reset();
  expect(names(['u2', ['user']], ['u1', ['user']])).toEqual(['default', 'actor-2']);
});
