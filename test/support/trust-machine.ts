import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Context } from '../../src/cli/context.ts';
import type { Machine } from '../../src/cli/trust-store.ts';
import { tempFolder } from './temp-folder.ts';

/** A machine in a temporary folder, whose tools only write down how they were called: nothing real is changed. */
export interface TrustMachine extends Machine {
  /** Puts a tool of that name into PATH; `script` runs after the call was written down. */
  readonly addTool: (name: string, script?: string) => void;
  readonly addFolder: (name: string) => string;
  /** Every call so far, one per line. */
  readonly calls: () => readonly string[];
}

export function trustMachine(platform: NodeJS.Platform): TrustMachine {
  const root = tempFolder();
  const tools = path.join(root, 'tools');
  const log = path.join(root, 'calls');
  const addFolder = (name: string): string => {
    mkdirSync(path.join(root, name), { recursive: true });
    return path.join(root, name);
  };
  addFolder('tools');
  writeFileSync(log, '');
  return {
    platform,
    root,
    home: addFolder('home'),
    path: tools,
    addFolder,
    addTool: (name, script = '') => {
      const file = path.join(tools, name);
      writeFileSync(file, `#!/bin/sh\necho ${name} "$@" >> '${log}'\n${script}\n`);
      chmodSync(file, 0o755);
    },
    calls: () => readFileSync(log, 'utf8').split('\n').slice(0, -1),
  };
}

/** `certutil` of NSS over a folder of PEM files, as far as it is used. */
export const nssTool = String.raw`
action=$1; shift
while [ $# -gt 0 ]; do
  case $1 in
    -d) db=$(echo "$2" | sed s/^sql://); shift;;
    -n) nick=$2; shift;;
    -i) input=$2; shift;;
    -t) shift;;
  esac
  shift
done
case $action in
  -A) cp "$input" "$db/$nick";;
  -D) rm "$db/$nick";;
  -L)
    if [ -n "$nick" ]; then cat "$db/$nick"; exit; fi
    printf '\nCertificate Nickname                 Trust Attributes\n                 SSL,S/MIME,JAR/XPI\n\n'
    cd "$db"; for name in *; do [ "$name" = cert9.db ] || printf '%-60s C,,\n' "$name"; done;;
esac`;

/** A context whose output is kept. */
export function keptContext(options: Partial<Context> = {}): Context & { printed: string; logged: string[] } {
  const logged: string[] = [];
  const keep = (line: string): void => void logged.push(line);
  const plain = (_style: unknown, text: string): string => text;
  const context = {
    cwd: '/',
    json: false,
    quiet: false,
    verbose: false,
    debug: false,
    ci: false,
    color: false,
    stderrIsTerminal: false,
    env: {},
    log: { info: keep, warn: (line: string) => keep(`warning: ${line}`), error: keep, debug: keep },
    paint: plain,
    paintData: plain,
    printed: '',
    logged,
    print: async (data: string | Uint8Array) => void (context.printed += String(data)),
    ...options,
  };
  return context;
}
