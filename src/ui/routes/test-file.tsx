import type { Hono } from 'hono';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AppError, problemOf } from '../../base/errors.ts';
import { CopyButton } from '../../views/copy-command.tsx';
import { Icon } from '../../views/icon.tsx';
import { SourceCode } from '../../views/source-code.tsx';
import type { KnownCassette } from '../cassette-library.ts';
import { cassetteUrl, sessionTestFileUrl } from '../links.ts';
import { renderPage } from '../page.tsx';
import { textField } from '../request-values.ts';
import type { UiContext } from '../ui-context.ts';

/** A file name, never a path: it stands in the folder's `test`. */
const fileNamePattern = /^[\w.-]+\.test\.(?:ts|js|mts|mjs)$/;

type Saved =
  | { readonly ok: true; readonly file: string }
  | { readonly ok: false; readonly problem: string; readonly fileName: string };

export function testFileRoutes(app: Hono, ui: UiContext): void {
  app.get('/cassettes/:name/:session/vitest', async (c) => {
    const cassette = ui.library.named(c.req.param('name'));
    const session = c.req.param('session');
    const source = await sourceFor(ui, cassette, session);
    if (c.req.query('download') !== undefined) {
      return c.body(source, 200, {
        'Content-Type': 'text/plain; charset=utf-8',
        'Content-Disposition': `attachment; filename="${fileNameFor(cassette, session)}"`,
      });
    }
    return renderPage(
      c,
      ui,
      { title: `Vitest file of ${session}`, section: 'home' },
      <TestFilePage cassette={cassette} session={session} source={source} saved={undefined} />,
    );
  });

  app.post('/cassettes/:name/:session/vitest', async (c) => {
    const cassette = ui.library.named(c.req.param('name'));
    const session = c.req.param('session');
    const source = await sourceFor(ui, cassette, session);
    const form = await c.req.parseBody();
    const saved = save(ui, textField(form, 'file') ?? '', source);
    return renderPage(
      c,
      ui,
      { title: `Vitest file of ${session}`, section: 'home', status: saved.ok ? 200 : 409 },
      <TestFilePage cassette={cassette} session={session} source={source} saved={saved} />,
    );
  });
}

async function sourceFor(ui: UiContext, cassette: KnownCassette, session: string): Promise<string> {
  const { vitestFile } = ui.options.actions;
  if (!vitestFile) {
    throw new AppError('USAGE', { problem: 'test files cannot be made from here', hint: 'use retake generate vitest' });
  }
  return vitestFile({ cassettePath: cassette.path, session, folder: testFolder(ui) });
}

function testFolder(ui: UiContext): string {
  return path.join(ui.options.folder, 'test');
}

function fileNameFor(cassette: KnownCassette, session: string): string {
  const stem = `${cassette.name}-${session}`.replace(/[^\w.-]+/g, '-');
  return `${stem}.test.ts`;
}

/** Writes a new file; one that is there already stays as it is. */
function save(ui: UiContext, fileName: string, source: string): Saved {
  if (!fileNamePattern.test(fileName)) {
    return { ok: false, fileName, problem: 'Give a plain file name that ends in .test.ts' };
  }
  const file = path.join(testFolder(ui), fileName);
  try {
    mkdirSync(testFolder(ui), { recursive: true });
    writeFileSync(file, source, { flag: 'wx' });
    return { ok: true, file: path.join('test', fileName) };
  } catch (thrown) {
    const exists = (thrown as NodeJS.ErrnoException).code === 'EEXIST';
    const problem = exists
      ? `test/${fileName} exists already and was left as it is: choose another name`
      : problemOf(thrown);
    return { ok: false, fileName, problem };
  }
}

interface TestFilePageProps {
  readonly cassette: KnownCassette;
  readonly session: string;
  readonly source: string;
  readonly saved: Saved | undefined;
}

function TestFilePage({ cassette, session, source, saved }: TestFilePageProps) {
  const url = sessionTestFileUrl(cassette.name, session);
  const fileName = saved?.ok === false ? saved.fileName : fileNameFor(cassette, session);
  return (
    <>
      <nav class="crumbs" aria-label="Where this is">
        <a href="/">Cassettes</a>
        <a href={cassetteUrl(cassette.name)}>{cassette.name}</a>
        <span>{session}</span>
      </nav>
      <div class="page-head">
        <h1>Vitest file</h1>
        <div class="actions">
          <CopyButton text={source} label="Copy" look="button" />
          <a class="button" href={`${url}?download`}>
            <Icon name="download" />
            <span>Download</span>
          </a>
        </div>
      </div>
      <form method="post" action={url} class="save-form">
        <label class="field">
          <span>Save as test/</span>
          <input
            name="file"
            value={fileName}
            required
            spellcheck={false}
            aria-describedby={saved === undefined ? undefined : 'saved'}
            aria-invalid={saved?.ok === false ? 'true' : undefined}
          />
        </label>
        <button class="button primary">Save</button>
        {saved === undefined ? null : (
          <p id="saved" class={saved.ok ? 'tone-good' : 'tone-bad'} role="status">
            {saved.ok ? `Saved as ${saved.file}` : saved.problem}
          </p>
        )}
      </form>
      <pre class="code source" tabindex={0} role="region" aria-label="Source of the test file">
        <code>
          <SourceCode text={source} />
        </code>
      </pre>
    </>
  );
}
