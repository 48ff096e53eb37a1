/** What is left of something, and how much of it there is; bytes. */
export interface Room {
  readonly free: number;
  readonly size: number;
}

/** What the machine under the cabinet tells of itself. null: its kernel does not tell. */
export interface MachineFigures {
  /** °C by the kernel's name of the sensor, such as `cpu-thermal`. */
  readonly temperatures: Readonly<Record<string, number>>;
  /** The supply is below what the board needs. */
  readonly underVoltage: boolean | null;
  /** The processor is slowed down: for heat, or for its supply. */
  readonly throttled: boolean | null;
  /** Of the file system that keeps the cabinet's state. */
  readonly disk: Room | null;
  /** Free is what can be had without swapping. */
  readonly memory: Room | null;
  /** Resident memory of this process, bytes. */
  readonly resident: number;
  /** What this process has had written to disks since it began, bytes. */
  readonly written: number | null;
  /** Processor time this process has used, s. */
  readonly cpu: number;
  /** Programs that wanted a processor, mean of the last minute, for each processor there is. */
  readonly load: number;
  /** How late this process came to what was due, since `read` was called before; ms. */
  readonly delay: { readonly mean: number; readonly longest: number };
}

/** The machine under the cabinet. One reader: what a reading says of the time since the one before would be shared else. */
export interface Machine {
  /** Of Node.js and of the kernel. */
  readonly versions: { readonly node: string; readonly kernel: string };
  /** Never rejects: what cannot be read is null, or not there. */
  read(): Promise<MachineFigures>;
}
