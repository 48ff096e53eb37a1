import { virtualStage } from "../../sim/scenarios/stage-virtual.ts";
import type { OpenRig, Rigs } from "./rig.ts";
import { openQemu } from "./rig-qemu.ts";

/** In this process, on virtual time: nothing to prepare, nothing to end. */
const openInProcess: OpenRig = async () => ({
  makeStage: (play) => virtualStage(play),
  patience: 1,
  close: async () => {},
});

/** Every target that `hulotte hil` can run on. */
export const RIGS: Rigs = { "in-process": openInProcess, qemu: openQemu("virt"), raspi3b: openQemu("raspi3b") };
