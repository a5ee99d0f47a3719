/**
 * Holds what a server sends over a socket against asyncapi.json.
 *
 * @module
 */
import { asyncApiDocument } from "../../realtime/asyncapi.ts";
import { ServerFrame } from "../../realtime/frames.ts";
import { assertTimes, readSchemas } from "./schemas.ts";

const check = readSchemas(asyncApiDocument("test"), { dialect: "draft-7", strict: true });
const types: ReadonlySet<string> = new Set(ServerFrame.options.map((one) => one.shape.type.value));

/** Throws where the document has no such frame, or the frame has anything that the document does not have. */
export function checkDocumented(frame: { readonly type: string }): void {
  if (!types.has(frame.type)) throw new Error(`No frame "${frame.type}" is documented`);
  assertTimes(JSON.stringify(frame));
  check(`#/components/messages/server_${frame.type}/payload`, frame);
}
