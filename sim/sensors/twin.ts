import type { ByteStream } from "../../firmware/hal/bytes.ts";
import type { SimulatedPin } from "../pin.ts";

/** What every simulated sensor on a byte stream can do. */
export interface StreamTwin {
  /** Gives it the far end of a stream; it serves every end it was given that is still open. */
  attach(far: ByteStream): void;
  /** Stops it from talking, with its plug in. */
  silence(on: boolean): void;
  /** Puts bytes on its wire as they are: for garbage. */
  say(bytes: Uint8Array): void;
}

export interface CounterTwin extends StreamTwin {
  /** People go past, in growing (`up`) or falling (`down`) metres. */
  pass(direction: "up" | "down", people?: number): void;
  /** Begins anew, as after a power cut: all its totals are 0. */
  restart(): void;
}

/** A counter on a dry contact: it has no direction and no words. */
export interface PulseTwin {
  /** The contact as the cabinet sees it. */
  readonly pin: SimulatedPin;
  /** People go past: one pulse each, one after the other. */
  pass(direction: "up" | "down", people?: number): void;
  /** Cuts its wire: the contact seems open whatever happens. */
  silence(on: boolean): void;
  /** Keeps the contact closed. */
  stick(on: boolean): void;
  /** Lets the contact open and close all the time, for so many ms. */
  chatter(ms: number): void;
}

export interface MeterTwin extends StreamTwin {
  /** What it measures from now on, W. */
  show(watts: number): void;
  /** Wh since it began. */
  energy(): number;
}
