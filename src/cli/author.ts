/** Who decides, for the history: the name git would use if it is set, else the login name. */
export function authorOf(env: Readonly<Record<string, string | undefined>>): string {
  return env['GIT_AUTHOR_NAME'] || env['USER'] || env['USERNAME'] || 'unknown';
}
