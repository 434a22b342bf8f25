const prefix = 'variable:';

/** Tag of a session under which a value stands that a test made while it was recorded, as JSON text. */
export function variableTag(name: string): string {
  return `${prefix}${name}`;
}

export function isVariableTag(tag: string): boolean {
  return tag.startsWith(prefix);
}
