/**
 * What the steps do that end and start instances, and what is between them.
 *
 * @module
 */
import { connect } from "./coming.ts";
import type { Device } from "./device.ts";
import type { Server } from "./ground.ts";
import type { Act, StepOf } from "./scenario.ts";
import type { World } from "./world.ts";

type GroundAct = Extract<
  Act,
  "restart" | "kill" | "killOne" | "stopOne" | "startOne" | "die" | "cutBus" | "healBus" | "weather"
>;
type Done = boolean | Promise<boolean>;

/** Those of {@link GroundAct}. One of several ends only where another one stays. */
export const GROUND_ACTS: { readonly [Name in GroundAct]: (world: World, step: StepOf<Name>) => Done } = {
  restart: async (world, { turns, back }) => {
    await world.turns(turns);
    await world.restart();
    if (back === "all") await comeBack(world, world.devices);
    return true;
  },
  kill: async (world, { turns, back }) => {
    await world.turns(turns);
    await world.kill();
    if (back === "all") await comeBack(world, world.devices);
    return true;
  },
  killOne: async (world, step) => {
    await world.turns(step.turns);
    return await endOne(world, step, (server) => world.killOne(server));
  },
  stopOne: async (world, step) => {
    await world.turns(step.turns);
    return await endOne(world, step, (server) => world.stopOne(server));
  },
  startOne: async (world) => {
    if (world.ground.alive.length >= world.setting.instances) return false;
    await world.startOne();
    return true;
  },
  die: (world, { at, back }) => {
    if (world.ground.alive.length < 2) return false;
    world.armDeath(world.server(at), back === "all");
    return true;
  },
  cutBus: (world, { at }) => world.ground.cut(world.server(at)),
  healBus: (world) => world.ground.heal(),
  weather: (world, { kind }) => {
    world.ground.weather(kind);
    world.figures.count(`weather ${kind}`);
    return true;
  },
};

/** Ends one of several instances; its people come to others, or stay away. */
async function endOne(
  world: World,
  { at, back }: { readonly at: number; readonly back: "all" | "none" },
  end: (server: Server) => void | Promise<void>,
): Promise<boolean> {
  if (world.ground.alive.length < 2) return false;
  const server = world.server(at);
  const people = world.devices.filter(({ visit }) => visit?.line.at === server);
  await end(server);
  if (back === "all") await comeBack(world, people);
  return true;
}

/** Clients connect again, as they do when their instance was gone. */
export async function comeBack(world: World, devices: readonly Device[]): Promise<void> {
  for (const device of devices) {
    await connect(world, device, { early: true, sync: "since", at: device.index });
  }
}
