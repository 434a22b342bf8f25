/** One key of the UI, as the help shows it. The browser module that acts on it finds its button by `aria-keyshortcuts`. */
export interface KeyBinding {
  readonly keys: readonly string[];
  readonly does: string;
}

export interface KeyGroup {
  readonly title: string;
  readonly bindings: readonly KeyBinding[];
}

export const keyGroups: readonly KeyGroup[] = [
  {
    title: 'Everywhere',
    bindings: [
      { keys: ['?'], does: 'show this help' },
      { keys: ['g', 'h'], does: 'go to the cassettes (home)' },
      { keys: ['g', 't'], does: 'go to the traffic' },
      { keys: ['g', 'r'], does: 'go to the runs' },
      { keys: ['g', 'v'], does: 'go to the review of the newest run' },
      { keys: ['g', 'm'], does: 'go to the misses of the running replay' },
      { keys: ['/'], does: 'put the cursor into the filter' },
      { keys: ['Esc'], does: 'leave the field, close the dialog' },
    ],
  },
  {
    title: 'Lists',
    bindings: [
      { keys: ['j', '↓'], does: 'next row' },
      { keys: ['k', '↑'], does: 'previous row' },
      { keys: ['Enter', 'o'], does: 'open the row' },
    ],
  },
  {
    title: 'One exchange, one miss',
    bindings: [
      { keys: ['['], does: 'previous' },
      { keys: [']'], does: 'next' },
      { keys: ['y'], does: 'copy as curl' },
    ],
  },
  {
    title: 'Review',
    bindings: [
      { keys: ['Shift+J', 'Shift+K'], does: 'next, previous cluster' },
      { keys: ['j', 'k'], does: 'next, previous check (of the cluster)' },
      { keys: ['n', 'p'], does: 'next, previous difference (of the cluster)' },
      { keys: ['a'], does: 'accept the check' },
      { keys: ['x'], does: 'reject the check' },
      { keys: ['Shift+A', 'Shift+X'], does: 'accept, reject the cluster; among checks: the marked difference' },
      { keys: ['u'], does: 'undo the last decision' },
      { keys: ['c'], does: 'write a note' },
      { keys: ['i'], does: 'make a rule of the marked difference' },
      { keys: ['v'], does: 'the same, expecting another value of its class (time, UUID, …)' },
      { keys: ['e'], does: 'show all unchanged lines' },
      { keys: ['f'], does: 'finish the review' },
    ],
  },
];
