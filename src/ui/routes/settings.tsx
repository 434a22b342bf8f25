import type { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { KeyTable } from '../help-dialog.tsx';
import { isTheme, renderPage, themeCookie } from '../page.tsx';
import { localPath, textField } from '../request-values.ts';
import type { UiContext } from '../ui-context.ts';

const oneYearS = 365 * 24 * 3600;

export function settingsRoutes(app: Hono, ui: UiContext): void {
  // A cookie, so that the server's first answer already has the right colours.
  app.post('/settings/theme', async (c) => {
    const form = await c.req.parseBody();
    const theme = textField(form, 'theme');
    if (isTheme(theme)) {
      setCookie(c, themeCookie, theme, { httpOnly: true, sameSite: 'Strict', path: '/', maxAge: oneYearS });
    }
    return c.redirect(localPath(textField(form, 'back')), 303);
  });

  app.get('/help', (c) =>
    renderPage(
      c,
      ui,
      { title: 'Keyboard', section: 'none' },
      <>
        <div class="page-head">
          <h1>Keyboard</h1>
        </div>
        <KeyTable heading="h2" />
      </>,
    ),
  );
}
