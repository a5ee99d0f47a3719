/**
 * Those who only come to be one too many.
 *
 * @module
 */
import { Device } from "./device.ts";
import { type DeviceKind, SETTLED } from "./scenario.ts";
import type { World } from "./world.ts";

const GUEST: DeviceKind = { confirms: "never", atOnce: false, signedIn: false };

/** Opens connections beside those of a device until the oldest ones have to go. */
export async function crowd(world: World, device: Device): Promise<void> {
  const at = world.near(device);
  dismiss(world);
  const length = world.setting.connections + 1;
  world.guests = Array.from({ length }, () => new Device(world, device.user - 1, GUEST));
  for (const guest of world.guests) {
    await world.connect(guest, at);
    await world.pass(SETTLED);
  }
}

/** Sends those away who were one too many. */
export function dismiss(world: World): void {
  for (const { visit } of world.guests.splice(0)) {
    visit?.line.cut();
    visit?.end();
  }
}
