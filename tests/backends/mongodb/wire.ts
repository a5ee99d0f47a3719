/**
 * Messages of MongoDB's protocol, as far as tests look into them.
 *
 * @module
 */
import { BSON, type Document } from "mongodb";

const HEADER_BYTES = 16;
const OP_MSG = 2013;
/** Behind the header and the flags. */
const SECTIONS_AT = HEADER_BYTES + 4;

/** What a program asks of its server. */
export interface Command {
  readonly name: string;
  /** The collection, for commands that have one. */
  readonly collection: string;
  readonly document: Document;
}

/** The command of a message; null: it is of another kind. */
export function commandOf(message: Uint8Array): Command | null {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  if (message.length <= SECTIONS_AT || view.getInt32(12, true) !== OP_MSG) return null;
  const document: Document = {};
  const lists: Document = {};
  for (let at = SECTIONS_AT; at < message.length;) {
    const kind = view.getUint8(at++);
    const length = view.getInt32(at, true);
    if (kind === 0) Object.assign(document, BSON.deserialize(message.subarray(at, at + length)));
    else Object.assign(lists, listOf(message.subarray(at + 4, at + length)));
    at += length;
  }
  const [name = ""] = Object.keys(document);
  return { name, collection: String(document[name]), document: { ...document, ...lists } };
}

/** A section with a name and documents, such as those of an insert. */
function listOf(section: Uint8Array): Document {
  const nameEnd = section.indexOf(0);
  const view = new DataView(section.buffer, section.byteOffset, section.byteLength);
  const documents: Document[] = [];
  for (let at = nameEnd + 1; at < section.length;) {
    const length = view.getInt32(at, true);
    documents.push(BSON.deserialize(section.subarray(at, at + length)));
    at += length;
  }
  return { [new TextDecoder().decode(section.subarray(0, nameEnd))]: documents };
}
