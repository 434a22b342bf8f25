import type { Socket } from 'node:net';

/** Clients that end their side to mark the end of a request mostly have their answer by then, and are not asked. */
const askAfterMs = 1000;
/** A round trip on any network. */
const answerMs = 500;

/**
 * Finds out whether a client that has ended its side left or waits for its answer. A closed socket answers what it is
 * sent with a reset, which is noticed at the next thing sent; so the question comes in two parts, which together are one
 * `100 Continue`: a client that waits skips it (RFC 9110 §15.2).
 */
export class HalfClosedQuestion {
  readonly #socket: Socket;
  #timer: NodeJS.Timeout;
  #isHalfAsked = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#timer = setTimeout(() => {
      if (!socket.writable) return;
      this.#isHalfAsked = true;
      socket.write('HTTP/1.1 100 Continue\r\n');
      this.#timer = setTimeout(() => this.drop(), answerMs);
    }, askAfterMs);
  }

  /** Nothing more is asked; what was begun is ended, so that an answer may follow. */
  drop(): void {
    clearTimeout(this.#timer);
    if (!this.#isHalfAsked) return;
    this.#isHalfAsked = false;
    if (this.#socket.writable) this.#socket.write('\r\n');
  }
}
