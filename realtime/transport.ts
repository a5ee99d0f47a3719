/**
 * The seam between connections and sockets: thin enough for the native socket, another library, or a fake.
 *
 * @module
 */

/** The little that a connection needs of a socket; a DOM `WebSocket` has it. */
export interface Transport {
  /** Bytes handed over and not yet taken by the network. */
  readonly bufferedAmount: number;
  /** 1 while open; more once it ends, from whichever side, which need not be told of soon. */
  readonly readyState?: number;
  send(text: string): void;
  /** Ends it, after what was handed over. */
  close(code: number, reason: string): void;
  /** Called now and then after {@link close}, which may wait for the other side; `atOnce`: not any more. */
  settle?(atOnce: boolean): void;
}

/** What a socket reports. Each is called inside a net: a throw is logged and ends nothing else. */
export interface SocketEvents {
  opened(): void;
  text(text: string): void;
  binary(bytes: number): void;
  /** May come twice, late or never; the first time counts. `isReleased`: the runtime surely keeps nothing of it. */
  closed(isReleased?: boolean): void;
}

/**
 * Opens a socket for a request of somebody who is let in, in the turn in which it came. Throws `upgrade_required`; the
 * response is to be returned as it is, and `bind` is called when there is a socket.
 */
export type Upgrade = (request: Request, bind: (transport: Transport) => SocketEvents) => Response;
