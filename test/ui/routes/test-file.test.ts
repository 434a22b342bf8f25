import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { vitestFile } from '../../../src/cli/vitest-file.ts';
import { testUi } from '../../support/ui-app.ts';

const ui = testUi({ actions: { vitestFile: (request) => Promise.resolve(vitestFile(request)) } });
const url = '/cassettes/shop/checkout/vitest';

describe('a session as a vitest file', () => {
  test('is shown with the path from test/ to the cassette', async () => {
    const page = await ui.html(url);
    expect(page.replaceAll(/<[^>]+>/g, '')).toContain('../cassettes/shop.cassette');
    expect(page).toContain('value="shop-checkout.test.ts"');
  });

  test('is downloaded as text', async () => {
    const answer = await ui.ask(`${url}?download`);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="shop-checkout.test.ts"');
    expect(await answer.text()).toContain("import { openSuite, type Suite } from 'retake';");
  });

  test('is saved once; a file that is there stays as it is', async () => {
    const file = path.join(ui.folder, 'test', 'shop.test.ts');
    expect((await ui.ask(url, { form: { file: 'shop.test.ts' } })).status).toBe(200);
    const first = readFileSync(file, 'utf8');
    expect(first).toContain('openSuite');
    const again = await ui.ask('/cassettes/shop/browse/vitest', { form: { file: 'shop.test.ts' } });
    expect(again.status).toBe(409);
    expect(await again.text()).toContain('test/shop.test.ts exists already and was left as it is: choose another name');
    expect(readFileSync(file, 'utf8')).toBe(first);
  });

  test.each(['../x.test.ts', '/tmp/x.test.ts', 'a/b.test.ts', 'x.ts', '.test.ts\u0000', '', 'a\\b.test.ts'])(
    'is not saved as %j',
    async (file) => {
      const answer = await ui.ask(url, { form: { file } });
      expect(answer.status).toBe(409);
      expect(await answer.text()).toContain('Give a plain file name that ends in .test.ts');
      expect(existsSync(path.join(ui.folder, 'x.test.ts'))).toBe(false);
    },
  );
});
