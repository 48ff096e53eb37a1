/**
 * One unit of a Modbus line that it may share with others. Registers and coils are numbered as on the wire, from 0; a register is
 * 16 bits. Requests of all units of a line are done one at a time, in turn.
 *
 * Every call throws Fault: those of the port; the unit's own kind of silence when it does not answer, also when asked
 * again; `protocol` when it refuses (an exception). TypeError for a number or count out of range.
 */
export interface ModbusUnit {
  /** For logs and faults: port and unit. */
  readonly name: string;
  /** Aborts with a Fault when the line is lost or the unit was closed: for who waits between two calls. */
  readonly ended: AbortSignal;
  /** Bytes on its line that belonged to no reply, whoever they were for, since this hold on it began. */
  readonly discarded: number;
  /** Function 1. */
  readCoils(first: number, count: number): Promise<readonly boolean[]>;
  /** Function 2. */
  readDiscreteInputs(first: number, count: number): Promise<readonly boolean[]>;
  /** Function 3. */
  readHoldingRegisters(first: number, count: number): Promise<readonly number[]>;
  /** Function 4. */
  readInputRegisters(first: number, count: number): Promise<readonly number[]>;
  /** Function 5. */
  writeCoil(at: number, on: boolean): Promise<void>;
  /** Function 6. */
  writeRegister(at: number, value: number): Promise<void>;
  /** Function 15. */
  writeCoils(first: number, values: readonly boolean[]): Promise<void>;
  /** Function 16. */
  writeRegisters(first: number, values: readonly number[]): Promise<void>;
  /**
   * Function 16 for what must not be written twice unseen: sent once. False where no answer came, which leaves open whether the
   * unit has done it. Throws as the others do, but for silence.
   */
  writeRegistersOnce(first: number, values: readonly number[]): Promise<boolean>;
  /** Lets the line go; the port closes with its last unit. May be called twice. Never throws. */
  close(): Promise<void>;
}

/** What happened to the requests of a unit, and `discarded`: bytes on its line that belonged to no reply, whoever they were for. */
export type ModbusCount = "replies" | "unanswered" | "refused" | "discarded";
