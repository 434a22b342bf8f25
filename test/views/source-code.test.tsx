import { expect, test } from 'vitest';
import { render } from '../support/render.ts';
import { SourceCode } from '../../src/views/source-code.tsx';

const highlight = (text: string): Promise<string> => render(<SourceCode text={text} />);

test('comments, strings, numbers and words are told apart, and the text stays as it is', async () => {
  const html = await highlight("import { a } from 'b'; // c\nconst n = 42;");
  expect(html).toContain('<span class="code-key">import</span>');
  expect(html).toContain('<span class="code-string">&#39;b&#39;</span>');
  expect(html).toContain('<span class="code-comment">// c</span>');
  expect(html).toContain('<span class="code-literal">42</span>');
  expect(html.replaceAll(/<[^>]+>/g, '').replaceAll('&#39;', "'")).toBe("import { a } from 'b'; // c\nconst n = 42;");
});

test('markup in a string stays text', async () => {
  expect(await highlight("'</code><script>'")).not.toContain('<script>');
});

test('an object’s own names are no kinds', async () => {
  expect(await highlight('constructor toString')).toBe('constructor toString');
});
