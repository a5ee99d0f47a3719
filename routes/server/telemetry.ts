/**
 * The figures of /metrics as instruments of OpenTelemetry, by what the runtime has for it (`OTEL_DENO=true`).
 *
 * @module
 */
import { FAMILIES, familyOf } from "../metric_families.ts";
import type { Figures } from "../mod.ts";

type Attributes = Readonly<Record<string, string>>;

/** An instrument that is asked when figures are exported. */
interface Instrument {
  addCallback(callback: (result: Result) => void | Promise<void>): void;
}

interface Result {
  observe(value: number, attributes: Attributes): void;
}

/** What is used of a meter. */
export interface Meter {
  createObservableGauge(name: string, options: { readonly description: string }): Instrument;
  createObservableCounter(name: string, options: { readonly description: string }): Instrument;
}

/** Whether the runtime has OpenTelemetry: asked for a meter without it, it throws, and before 2.9 it aborts. */
export function isTelemetryOn(env: Readonly<Record<string, string>>): boolean {
  return env["OTEL_DENO"] === "true" || env["OTEL_DENO"] === "1";
}

/** The runtime's meter, to be asked for only where {@link isTelemetryOn}. */
export function runtimeMeter(version: string): Meter {
  return Deno.telemetry.meterProvider.getMeter("go-chat", version);
}

/**
 * Offers every family under its name at /metrics with a point after the prefix: `chat.connections`. Of a histogram
 * the sum and the count are told.
 */
export function offerFigures(meter: Meter, read: () => Figures): void {
  for (const [family, { type, help: description }] of Object.entries(FAMILIES)) {
    const parts = type === "histogram" ? [`${family}_sum`, `${family}_count`] : [family];
    for (const part of parts) {
      const name = `chat.${part}`;
      const instrument = type === "gauge"
        ? meter.createObservableGauge(name, { description })
        : meter.createObservableCounter(name, { description });
      instrument.addCallback((result) => {
        for (const [series, value] of read()) {
          if (familyOf(series) !== family || series.split("{", 1)[0] !== part) continue;
          if (Number.isFinite(value)) result.observe(value, attributesOf(series));
        }
      });
    }
  }
}

function attributesOf(series: string): Attributes {
  const labels = [...series.matchAll(/(\w+)="([^"]*)"/g)];
  return Object.fromEntries(labels.map(([, name = "", value = ""]) => [name, value]));
}
