/**
 * Links that a telephone reads from a terminal.
 *
 * @module
 */
import { renderUnicodeCompact } from "uqr";

/** Draws a text as a QR code, two rows in a line. */
export function qrCode(text: string): string {
  return renderUnicodeCompact(text, { border: 2 });
}
