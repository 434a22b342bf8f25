/** `CI` is set by every CI service; `0` and `false` turn it off again. */
export function isCi({ CI: value }: Readonly<Record<string, string | undefined>>): boolean {
  return value !== undefined && value !== '' && value !== '0' && value.toLowerCase() !== 'false';
}
