import { describe, expect, test } from 'vitest';
import { steeredReplay } from '../../support/api-control.ts';
import { get, replayable } from '../../support/replayable.ts';
import { testUi, testUiOver } from '../../support/ui-app.ts';

const plain = testUi();

describe('the misses of a running replay', () => {
  test('are listed with their counts, and one is explained in the words of the answer', async () => {
    const { control, url } = await steeredReplay(replayable({ exchanges: [get('/a?n=1', 'a')] }));
    const ui = testUiOver(plain.folder, { control });
    expect(await ui.html('/misses')).toContain('Every request was answered');
    const answer = await fetch(`${url}/a?n=2`);
    const problem = (await answer.json()) as { readonly title: string; readonly cause: { readonly words: string } };
    await fetch(`${url}/a?n=2`);
    await fetch(`${url}/b`);
    const page = await ui.html('/misses');
    expect(page.match(/class="miss-row"/g)).toHaveLength(2);
    expect(page).toContain('2 times');
    expect(page).toContain(problem.title);
    expect(page).toContain('query values are never confused');
    expect(page).toContain('<mark>1</mark>');
    expect(page).toContain('<mark>2</mark>');
    expect(page).toContain('data-copy="retake record');
    const second = await ui.html('/misses?at=1');
    expect(second).toContain('no recording answers GET /b');
    expect(second).toContain('href="/misses?at=0"');
    expect(await ui.html('/misses?at=99')).toContain(problem.title);
  });

  test('what a client sent is text, never markup', async () => {
    const { control, url } = await steeredReplay(replayable({ exchanges: [get('/a?n=1', 'a')] }));
    const ui = testUiOver(plain.folder, { control });
    await fetch(`${url}/a?n=%3Cscript%3Ealert(1)%3C/script%3E`);
    const page = await ui.html('/misses');
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('&lt;script');
  });

  test('belong to a replay', async () => {
    expect(await plain.html('/misses')).toContain('No replay runs here');
  });
});
