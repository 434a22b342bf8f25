import path from 'node:path';

/** A cassette as named by a person: a path, or a bare name that stands for `cassettes/NAME.cassette`. */
export function cassettePath(cwd: string, name: string): string {
  const isBare = !name.includes('/') && !name.includes('\\') && path.extname(name) === '';
  return isBare ? path.join(cwd, 'cassettes', `${name}.cassette`) : path.resolve(cwd, name);
}

/** The short name of a cassette for addresses: the file's name without `.cassette`. */
export function cassetteName(file: string): string {
  return path.basename(file).replace(/\.cassette$/, '');
}

/** A path inside the working folder as a person would type it, else the whole path. */
export function cassetteArgument(cwd: string, file: string): string {
  const relative = path.relative(cwd, file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}
