/**
 * Compresses what it is sent, one after the other: the runtime's own asynchronous brotli holds up the event loop.
 * Plain JavaScript, as the executable has no file of it, only this text.
 *
 * @module
 */
import { brotliCompressSync, constants } from "node:zlib";

self.onmessage = ({ data }) => {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
  };
  self.postMessage(new Uint8Array(brotliCompressSync(data, { params })));
};
