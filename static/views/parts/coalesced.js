/**
 * Many calls, one run.
 *
 * @module
 */

/**
 * Runs once soon, however often it is asked for: with the next frame, and in a hidden page, whose frames and timers
 * the browser holds back, at the end of this turn.
 *
 * @param {() => void} run
 * @returns {() => void}
 */
export function coalesced(run) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    const now = () => {
      waiting = false;
      run();
    };
    if (document.visibilityState === "visible") requestAnimationFrame(now);
    else queueMicrotask(now);
  };
}
