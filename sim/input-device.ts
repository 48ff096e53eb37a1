/** Input devices on a simulated bus; their parts are in `input/`. */
export { AbsoluteInput } from "./input/absolute-input.ts";
export { InputDevice, type InputDeviceOptions } from "./input/device.ts";
export { LightSensor } from "./input/light-sensor.ts";
export { OccupancySensor } from "./input/occupancy-sensor.ts";
export { PushButton } from "./input/push-button.ts";
