/** The part of Node-RED's interface (4 and 5) that these nodes use. Node-RED publishes no types. */

export type Msg = Record<string, unknown>;

export interface Badge {
  readonly fill: "red" | "green" | "yellow" | "blue" | "grey";
  readonly shape: "ring" | "dot";
  readonly text: string;
}

/** A node of a running flow: `this` of a node type's constructor after `createNode`. */
export interface FlowNode<Secrets = unknown> {
  readonly id: string;
  readonly name?: string;
  /** From the encrypted credentials file, never from the flow. */
  readonly credentials?: Partial<Secrets>;
  on(event: "input", take: (msg: Msg, send: (msg: Msg) => void, done: (error?: Error) => void) => void): void;
  on(event: "close", close: (removed: boolean, done: () => void) => void): void;
  send(msg: Msg): void;
  /** `{}` clears it. */
  status(badge: Badge | Record<string, never>): void;
  log(text: string): void;
  debug(text: string): void;
  error(text: string): void;
}

export interface Red {
  readonly nodes: {
    createNode(node: FlowNode, config: object): void;
    registerType<C extends object, S>(
      type: string,
      node: (this: FlowNode<S>, config: C) => void,
      options?: { readonly credentials: Readonly<Record<keyof S, { readonly type: "text" | "password" }>> },
    ): void;
    /** A config node by id; null where there is none. */
    getNode(id: string): unknown;
  };
  readonly events: {
    /** `flows:started`: every node of a deployment exists and can be sent to. */
    once(event: "flows:started", then: () => void): void;
    off(event: "flows:started", then: () => void): void;
  };
}
