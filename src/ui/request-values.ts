/** A whole number from a URL or form, or undefined: anything else in its place counts as not given. */
export function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return undefined;
  return Number(text);
}

/** A path of this UI to come back to; anything that could lead elsewhere becomes the home page. */
export function localPath(text: string | undefined): string {
  return text !== undefined && /^\/(?![/\\])[^\u0000-\u001f\\]*$/.test(text) ? text : '/';
}

/** A form's field as text; files and missing fields are undefined. */
export function textField(form: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = form[name];
  return typeof value === 'string' ? value : undefined;
}
