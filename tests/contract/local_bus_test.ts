import { LocalBus } from "../../db/local/bus.ts";
import { testBus, type TestEvent } from "./bus_contract.ts";

testBus("local", () => Promise.resolve(new LocalBus<TestEvent>()));
