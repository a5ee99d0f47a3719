/**
 * Draws the page's icons that have to be of points, for systems that take no drawing: `deno task icons`.
 *
 * @module
 */
import { launchChromium } from "./browser.ts";
import { fromFileUrl, ROOT } from "./paths.ts";

const STATIC = new URL("static/", ROOT);

/** Each icon, the drawing it is made from, and its width and height in points. */
const ICONS = [
  ["icons/app-192.png", "favicon.svg", 192],
  ["icons/app-512.png", "favicon.svg", 512],
  ["icons/maskable-512.png", "icons/maskable.svg", 512],
  // Rounded by the system, so that it fills its square as the maskable one does.
  ["icons/apple-touch-180.png", "icons/maskable.svg", 180],
] as const;

if (import.meta.main) {
  await using browser = await launchChromium();
  for (const [icon, drawing, size] of ICONS) {
    const svg = await Deno.readTextFile(new URL(drawing, STATIC));
    const { page } = await browser.open({ viewport: { width: size, height: size } });
    const source = `data:image/svg+xml,${encodeURIComponent(svg)}`;
    await page.setContent(`<style>body{margin:0}img{display:block;width:100vw}</style><img src="${source}">`);
    await page.screenshot({ path: fromFileUrl(new URL(icon, STATIC)), omitBackground: true });
  }
}
