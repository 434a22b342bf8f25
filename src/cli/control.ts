import { toolVersion } from '../base/tool-version.ts';
import type { FaultControl } from '../model/fault.ts';
import type { LiveFeed } from '../model/live.ts';
import type { ProxyControl } from '../model/proxy-control.ts';
import { type Context } from './context.ts';

/** The review UI beside a running proxy. */
export interface Control {
  /** Origin, without the token. */
  readonly url: string;
  readonly token: string;
  /** For a person: opens the UI. */
  readonly openUrl: string;
  /** Where it listens, for the proxy to keep away from. */
  readonly address: { readonly address: string; readonly port: number };
  readonly close: () => Promise<void>;
}

/** Starts the control listener (behaviour.md §2) on a free loopback port, for the folder the command runs in. */
export async function startControl(
  context: Context,
  options: {
    readonly feed: LiveFeed;
    readonly control: ProxyControl;
    readonly cassettePaths: readonly string[];
    readonly faults?: FaultControl;
  },
): Promise<Control> {
  const [{ serveUi }, { uiActions }, { ruleActions }, { authorOf }] = await Promise.all([
    import('../ui/serve-ui.ts'),
    import('./ui-actions.ts'),
    import('./rule-actions.ts'),
    import('./author.ts'),
  ]);
  const host = '127.0.0.1';
  const running = await serveUi({
    host,
    port: 0,
    folder: context.cwd,
    cassettePaths: options.cassettePaths,
    feed: options.feed,
    ...(options.faults ? { faults: options.faults } : {}),
    control: options.control,
    actions: uiActions({ folder: context.cwd, env: context.env, rules: ruleActions(context) }),
    author: authorOf(context.env),
    toolVersion,
    log: context.log,
  });
  const { url, token, openUrl, close } = running;
  return { url, token, openUrl, close, address: { address: host, port: Number(new URL(url).port) } };
}
