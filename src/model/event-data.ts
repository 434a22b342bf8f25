/** The data of every server-sent event in a body (WHATWG HTML §9.2.6), lines joined; events without data are left out. */
export function eventData(body: string): string[] {
  const events: string[] = [];
  let lines: string[] = [];
  for (const line of body.split(/\r\n|\n|\r/)) {
    if (line === '') {
      if (lines.length > 0) events.push(lines.join('\n'));
      lines = [];
    } else if (line.startsWith('data:')) lines.push(line.slice(line[5] === ' ' ? 6 : 5));
    else if (line === 'data') lines.push('');
  }
  return events;
}
